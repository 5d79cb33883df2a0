/** Places of a Node that belong to the machine and not to a person: package managers, Homebrew, n, snap. */
export const SYSTEM_PLACES = [
  "/usr/local/bin/node",
  "/opt/homebrew/bin/node",
  "/home/linuxbrew/.linuxbrew/bin/node",
  "/usr/bin/node",
  "/snap/bin/node",
] as const;

/** Where version managers keep their Nodes, as shell words: nvm, fnm, volta, asdf, mise and n. */
const MANAGED_PLACES = `"\${NVM_DIR:-$home/.nvm}"/versions/node/*/bin/node \\
    "\${FNM_DIR:-$home/.local/share/fnm}"/node-versions/*/installation/bin/node \\
    "$home/.fnm"/node-versions/*/installation/bin/node \\
    "$home/Library/Application Support/fnm"/node-versions/*/installation/bin/node \\
    "\${VOLTA_HOME:-$home/.volta}"/tools/image/node/*/bin/node \\
    "\${ASDF_DATA_DIR:-$home/.asdf}"/installs/nodejs/*/bin/node \\
    "\${MISE_DATA_DIR:-$home/.local/share/mise}"/installs/node/*/bin/node \\
    "\${N_PREFIX:-$home/n}"/bin/node`;

const NO_NODE =
  "Countersign: the review gate is OFF. No Node.js 20.12 or newer was found to run it. Install one, or run `npx countersign setup` again with the one you use.";
const NO_FILES =
  "Countersign: the review gate is OFF. The files of its hooks are missing. Run `npx countersign setup` again, or `npx countersign remove` to be rid of it.";

/**
 * Returns the POSIX shell script that Claude Code starts for every hook. A hook that cannot start
 * is a gate silently off, so it looks for a Node wherever one may be, and says so where there is
 * none. On the usual path it forks nothing: the recorded Node takes its place.
 *
 * Failing to replace itself ends a shell: dash runs its EXIT trap then, bash goes on where
 * `execfail` is set. NODE_OPTIONS is the user's for other programs: a debugger's preload or a flag
 * that another Node does not know would keep a hook from starting.
 */
export function launcherScript(systemPlaces: readonly string[] = SYSTEM_PLACES): string {
  return `#!/bin/sh
# Starts Countersign's hooks for Claude Code. Written by \`countersign setup\`; edits are lost.
here=\${0%/*}
event=\${1:-}
home=\${HOME:-/nonexistent}
unset NODE_OPTIONS
[ -z "\${BASH_VERSION:-}" ] || shopt -s execfail

say() {
  printf '%s\\n' "$1"
  exit 0
}

# The question for its version also shows that a Node starts at all.
start_if_usable() {
  [ -f "$1" ] && [ -x "$1" ] || return 0
  case $("$1" -v </dev/null 2>/dev/null) in
    v20.1[2-9].* | v20.[2-9][0-9].* | v2[1-9].* | v[3-9][0-9].* | v[1-9][0-9][0-9].*) exec "$1" "$hook" ;;
  esac
}

look_elsewhere() {
  trap - EXIT
  saved=$IFS
  IFS=:
  set -f
  for folder in \${PATH:-}; do
    case $folder in
      /*) start_if_usable "$folder/node" ;;
    esac
  done
  set +f
  IFS=$saved
  for node in ${MANAGED_PLACES} \\
    ${systemPlaces.map(shellQuoted).join(" ")}; do
    start_if_usable "$node"
  done
  say ${shellQuoted(messageLine(NO_NODE))}
}

case $event in
  session-start | stop | session-end) ;;
  *) say '{}' ;;
esac
current=
[ ! -r "$here/current" ] || IFS= read -r current <"$here/current"
hook=$here/$current/$event/$event.cjs
[ -f "$hook" ] || say ${shellQuoted(messageLine(NO_FILES))}

node=
[ ! -r "$here/node" ] || IFS= read -r node <"$here/node"
trap look_elsewhere EXIT
[ -f "$node" ] && [ -x "$node" ] && exec "$node" "$hook"
exit 0
`;
}

/**
 * Returns the same for a system without a POSIX shell, where Claude Code starts the recorded Node
 * itself (exec form) with this file as its argument.
 */
export function launcherModule(): string {
  return `// Starts Countersign's hooks for Claude Code. Written by \`countersign setup\`; edits are lost.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const event = process.argv[2] ?? "";
try {
  const current = readFileSync(join(__dirname, "current"), "utf8").trim();
  require(join(__dirname, current, event, event + ".cjs"));
} catch (error) {
  if (error.code !== "ENOENT" && error.code !== "MODULE_NOT_FOUND") throw error;
  console.log(${JSON.stringify(messageLine(NO_FILES))});
}
`;
}

/** Returns a word that a POSIX shell reads as exactly this text. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function messageLine(systemMessage: string): string {
  return JSON.stringify({ systemMessage });
}
