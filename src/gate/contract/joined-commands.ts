import { shellWords } from "#base/shell-words.ts";

/**
 * A shell by its name, or where systems keep theirs. 0.140 lets the model name any file as the shell of a
 * command: one that it wrote itself does with the script what it likes.
 */
const SHELL =
  /^(?:\/(?:usr\/(?:local\/)?)?bin\/|\/(?:opt\/homebrew|run\/current-system\/sw|nix\/store\/[^\s/]+)\/bin\/)?(?:ba|z|da|k)?sh -l?c$/;
/** Where a command's output goes does not change what it is. */
const REDIRECTION = /\s+\d*>{1,2}\s*(?:&\d|\/dev\/null)(?=\s|$)/g;
/** What ends one command of a script and begins another, or makes its exit code somebody else's. */
const OTHER_THAN_AND = /[;|&\n(){}`<>]|(?:^|\s)#/;

/**
 * Returns the commands, each as its words, of a command line as Codex reports it, where they are joined
 * by `&&` alone: an exit code of 0 is then each one's own. `undefined` for every other line, in which a
 * command may have been passed over, or failed unseen (`npm test || true`, `npm test | tail`).
 */
export function joinedCommands(line: string): readonly (readonly string[])[] | undefined {
  const script = scriptOf(line).replaceAll(REDIRECTION, "");
  const bare = withoutQuoted(script);
  if (OTHER_THAN_AND.test(bare.replaceAll("&&", "  "))) return undefined;
  const cuts = [...bare.matchAll(/&&/g)].map(({ index }) => index);
  const starts = [0, ...cuts.map((cut) => cut + 2)];
  return starts.map((start, number) => shellWords(script.slice(start, cuts[number])).words);
}

/** Codex reports `/bin/bash -lc 'the script'`, quoted as a POSIX shell would. */
function scriptOf(line: string): string {
  const { words } = shellWords(line);
  const [script] = words.slice(-1);
  return script !== undefined && SHELL.test(words.slice(0, -1).join(" ")) ? script : line;
}

/** What is quoted becomes as many signs, so that a place means the same in both texts. */
function withoutQuoted(script: string): string {
  return script.replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs, (quoted) =>
    // Double quotes do not keep a shell from running what stands in them.
    (quoted.startsWith('"') && /`|\$\(/.test(quoted) ? "`" : "_").repeat(quoted.length),
  );
}
