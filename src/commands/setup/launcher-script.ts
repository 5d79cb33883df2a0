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
  "Countersign: the review gate is OFF. No Node.js 20.12 or newer was found to run it. Install one, or run `countersign setup` again with the one you use.";
const NO_FILES =
  "Countersign: the review gate is OFF. The files of its hooks are missing. Run `countersign setup` again, or `countersign remove` to be rid of it.";

/**
 * Returns the POSIX shell script that Claude Code starts for every hook. A hook that cannot start
 * is a gate silently off, so it says so where there is no Node.
 */
export function launcherScript(systemPlaces?: readonly string[]): string {
  return script({
    starts: "Countersign's hooks for Claude Code",
    say: "printf '%s\\n' \"$1\"\n  exit 0",
    choose: `name=\${1:-}
case $name in
  session-start | stop | session-end) ;;
  *) say '{}' ;;
esac
set --`,
    noNode: messageLine(NO_NODE),
    noFiles: messageLine(NO_FILES),
    systemPlaces,
  });
}

/**
 * Returns the POSIX shell script that starts the command line with the words that it is given, so
 * that a person's switches work where the package itself is not on PATH.
 */
export function commandScript(systemPlaces?: readonly string[]): string {
  return script({
    starts: "Countersign's command line",
    say: "printf '%s\\n' \"$1\" >&2\n  exit 2",
    choose: "name=countersign",
    noNode:
      "countersign: no Node.js 20.12 or newer was found to run it; install one, or run `countersign setup` again with the one you use",
    noFiles: "countersign: its files are missing; run `countersign setup` again",
    systemPlaces,
  });
}

type Script = {
  readonly starts: string;
  /** The body of the function that ends the script with its argument for a text. */
  readonly say: string;
  /** Sets `name` to the program's, and leaves the words that the program is given. */
  readonly choose: string;
  readonly noNode: string;
  readonly noFiles: string;
  readonly systemPlaces: readonly string[] | undefined;
};

/**
 * Looks for a Node wherever one may be. On the usual path it forks nothing: the recorded Node takes
 * its place.
 *
 * Failing to replace itself ends a shell: dash runs its EXIT trap then, bash goes on where
 * `execfail` is set. NODE_OPTIONS is the user's for other programs: a debugger's preload or a flag
 * that another Node does not know would keep a hook from starting.
 */
function script({ starts, say, choose, noNode, noFiles, systemPlaces = SYSTEM_PLACES }: Script): string {
  return `#!/bin/sh
# Starts ${starts}. Written by \`countersign setup\`; edits are lost.
here=\${0%/*}
home=\${HOME:-/nonexistent}
unset NODE_OPTIONS
[ -z "\${BASH_VERSION:-}" ] || shopt -s execfail

say() {
  ${say}
}

# The question for its version also shows that a Node starts at all.
start_if_usable() {
  node=$1
  shift
  [ -f "$node" ] && [ -x "$node" ] || return 0
  case $("$node" -v </dev/null 2>/dev/null) in
    v20.1[2-9].* | v20.[2-9][0-9].* | v2[1-9].* | v[3-9][0-9].* | v[1-9][0-9][0-9].*) exec "$node" "$program" "$@" ;;
  esac
}

look_elsewhere() {
  trap - EXIT
  saved=$IFS
  IFS=:
  set -f
  for folder in \${PATH:-}; do
    case $folder in
      /*) start_if_usable "$folder/node" "$@" ;;
    esac
  done
  set +f
  IFS=$saved
  for place in ${MANAGED_PLACES} \\
    ${systemPlaces.map(shellQuoted).join(" ")}; do
    start_if_usable "$place" "$@"
  done
  say ${shellQuoted(noNode)}
}

${choose}
current=
[ ! -r "$here/current" ] || IFS= read -r current <"$here/current"
program=$here/$current/$name/$name.cjs
[ -f "$program" ] || say ${shellQuoted(noFiles)}

node=
[ ! -r "$here/node" ] || IFS= read -r node <"$here/node"
trap 'look_elsewhere "$@"' EXIT
[ -f "$node" ] && [ -x "$node" ] && exec "$node" "$program" "$@"
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

/** Returns a word that a POSIX shell reads as exactly this text, quoted only where it has to be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shellQuoted(text);
}

/** Returns a quoted word that a POSIX shell reads as exactly this text. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function messageLine(systemMessage: string): string {
  return JSON.stringify({ systemMessage });
}
