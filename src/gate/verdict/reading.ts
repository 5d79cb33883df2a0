import { posix, win32 } from "node:path";
import * as z from "zod/mini";
import type { TurnCommand } from "#codex/turn/turn-command.ts";

/** The part of a change that matters here: which of its paths the prompt showed, and which it could not. */
export type ChangedFiles = {
  readonly shown: readonly { readonly path: string }[];
  readonly partly: readonly { readonly path: string }[];
  readonly notCovered: readonly { readonly path: string }[];
};

/** What is known of one command of the reviewer. */
export type ReadCommand = Pick<
  TurnCommand,
  "cwd" | "exitCode" | "actions" | "complained" | "sandboxFailed" | "outsideSandbox"
>;

/** What of a change a reviewer had before it. Paths are as git writes them, from the top of the work tree. */
export type Reading = {
  /** Changed files whose patch was in the prompt, whole or in part. */
  readonly shown: readonly string[];
  /** Changed files, shown or not, that it printed with a command. */
  readonly opened: readonly string[];
  /** Other files of the work tree that it printed. */
  readonly others: readonly string[];
};

/** What a record keeps of it: how many were shown (the scope names them), and which were opened. */
export const ReadingRecord = z.strictObject({
  shown: z.int().check(z.nonnegative()),
  opened: z.array(z.string()),
  others: z.array(z.string()),
});
export type ReadingRecord = z.output<typeof ReadingRecord>;

/**
 * Returns what the reviewer was shown and opened. `root` is the top of the work tree.
 *
 * A file counts as opened where Codex's own parser says that a command reads it, and the command
 * ran to its end, in the sandbox, without a complaint. Everything else proves nothing and claims
 * nothing: neither the command's text nor its output is searched for names. So a command that the
 * parser gives up on (a loop, a variable, `head` of two files) adds no file, although it may have
 * read some.
 */
export function readingOf(commands: readonly ReadCommand[], files: ChangedFiles, root: string): Reading {
  const shown = [...files.shown, ...files.partly].map(({ path }) => path);
  const changed = new Set([...shown, ...files.notCovered.map(({ path }) => path)]);
  const read = new Set(commands.filter(isWhole).flatMap((command) => pathsRead(command, root)));
  return {
    shown,
    opened: [...read].filter((path) => changed.has(path)),
    others: [...read].filter((path) => !changed.has(path)),
  };
}

/** Returns what a receipt keeps of a reading. */
export function readingRecord({ shown, opened, others }: Reading): ReadingRecord {
  return { shown: shown.length, opened: [...opened], others: [...others] };
}

function isWhole({ exitCode, complained, sandboxFailed, outsideSandbox }: ReadCommand): boolean {
  return exitCode === 0 && !complained && !sandboxFailed && !outsideSandbox;
}

function pathsRead({ cwd, actions }: ReadCommand, root: string): readonly string[] {
  return actions.flatMap(({ type, path }) =>
    type === "read" && path !== undefined ? withinTree(path, cwd, root) : [],
  );
}

/** What lies outside of the tree is no part of the change; a relative path of an unknown folder is nowhere. */
function withinTree(path: string, cwd: string, root: string): readonly string[] {
  const { isAbsolute, relative, resolve, sep } = isWindows(root) ? win32 : posix;
  if (!isAbsolute(path) && !isAbsolute(cwd)) return [];
  const local = relative(root, isAbsolute(path) ? path : resolve(cwd, path));
  if (local === "" || local === ".." || local.startsWith(`..${sep}`) || isAbsolute(local)) return [];
  return [local.split(sep).join("/")];
}

function isWindows(root: string): boolean {
  return /^(?:[A-Za-z]:)?[\\]|^[A-Za-z]:\//.test(root);
}
