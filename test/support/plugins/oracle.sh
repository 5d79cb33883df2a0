#!/bin/sh
# What git itself says of the plugins that Claude Code has records of: a second opinion that shares
# nothing with the audit. Reads a configuration directory and changes nothing in it.
#
#   oracle.sh CONFIG-DIRECTORY
#
# prints one line for each record, its fields parted by tabs:
#   id  scope  installPath  there|absent  tree of its bytes  newest commit that has it  recorded commit
#   recorded commit has it  HEAD has it  dead holders
# "newest commit" is `none` where the whole history has no such folder, `cut` where the history is not
# whole, and `-` where the plugin comes from another repository or from none. Links that lead out of a
# plugin, and files that git rewrites on their way, are beyond it.
set -eu

plugins="$1/plugins"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tab=$(printf '\t')
export GIT_OPTIONAL_LOCKS=0 GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
git init --quiet --bare "$scratch/store"

# Lines of fields, out of a JSON file. Node is here for that alone.
fields() {
  node -p "const value = JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8')); $2" "$1" | sed '/^$/d'
}

# The tree of a folder as it lies there, but for the marks that Claude Code leaves at its top.
tree_of() {
  (
    cd "$1"
    export GIT_DIR="$scratch/store" GIT_INDEX_FILE="$scratch/index"
    rm -f "$GIT_INDEX_FILE"
    find . -name .git -prune -o \( -type f -o -type l \) -print | while IFS= read -r file; do
      case $file in ./.orphaned_at | ./.in_use/*) continue ;; esac
      if [ -L "$file" ]; then
        printf '120000 %s\t%s\n' "$(readlink -n "$file" | git hash-object -w --stdin)" "${file#./}"
      else
        mode=100644
        [ -n "$(find "$file" -prune -perm -100)" ] && mode=100755
        printf '%s %s\t%s\n' "$mode" "$(git hash-object -w --no-filters "$file")" "${file#./}"
      fi
    done | git update-index --add --index-info
    git write-tree
  )
}

# The tree of a folder in a commit of a clone; nothing where one of them is not there.
subtree() {
  git -C "$1" rev-parse --quiet --verify "$2:$3" 2>/dev/null || true
}

newest_with() {
  for commit in $(git -C "$1" rev-list HEAD); do
    if [ "$(subtree "$1" "$commit" "$2")" = "$3" ]; then
      echo "$commit"
      return
    fi
  done
  if [ "$(git -C "$1" rev-parse --is-shallow-repository)" = true ]; then echo cut; else echo none; fi
}

has_it() {
  git -C "$1" cat-file -e "$2^{commit}" 2>/dev/null || { echo not-here; return; }
  if [ "$(subtree "$1" "$2" "$3")" = "$4" ]; then echo yes; else echo no; fi
}

# The 22nd field of /proc/PID/stat; its second one may hold blanks and brackets.
started() {
  [ -r "/proc/$1/stat" ] || return 0
  sed 's/^.*) //' "/proc/$1/stat" | cut -d ' ' -f 20
}

dead_holders() {
  dead=0
  for mark in "$1"/.in_use/*; do
    [ -f "$mark" ] || continue
    line=$(fields "$mark" '[value.pid, value.procStart].join(" ")')
    [ "$(started "${line%% *}")" = "${line#* }" ] || dead=$((dead + 1))
  done
  echo "$dead"
}

fields "$plugins/installed_plugins.json" '
  Object.entries(value.plugins).flatMap(([id, records]) => records.map((record) =>
    [id, record.scope, record.installPath, record.gitCommitSha ?? "-"].join("\t"))).join("\n")' |
  while IFS="$tab" read -r id scope path recorded; do
    marketplace=${id##*@}
    clone=$(fields "$plugins/known_marketplaces.json" "value['$marketplace']?.installLocation ?? ''")
    folder=-
    [ -f "$clone/.claude-plugin/marketplace.json" ] && folder=$(fields "$clone/.claude-plugin/marketplace.json" "
      const entry = value.plugins.find(({ name }) => name === '${id%@*}');
      typeof entry?.source === 'string' ? entry.source.replace(/^\.\/|\/\$/g, '') || '.' : '-'")
    [ "$folder" = . ] && folder=
    there=absent tree=- newest=- claim=- head=- dead=0
    if [ -d "$path" ]; then
      there=there tree=$(tree_of "$path") dead=$(dead_holders "$path")
      if [ "$folder" != - ] && [ -d "$clone/.git" ]; then
        newest=$(newest_with "$clone" "$folder" "$tree")
        head=$(has_it "$clone" HEAD "$folder" "$tree")
        [ "$recorded" = - ] || claim=$(has_it "$clone" "$recorded" "$folder" "$tree")
      fi
    fi
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' \
      "$id" "$scope" "$path" "$there" "$tree" "$newest" "$recorded" "$claim" "$head" "$dead"
  done
