import { createHash } from "node:crypto";
import { constants, type Dirent } from "node:fs";
import { lstat, open, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, errorText } from "#base/fault.ts";
import { oneLine } from "#base/text.ts";
import type { Contract } from "#gate/contract/contract.ts";
import { guardOf } from "#gate/contract/guarded-checks.ts";
import type { GuardedSeen } from "#gate/contract/run-seen.ts";

/** The guarded files of a workspace by path, each with what it is and a digest of its bytes. */
export type GuardedFiles =
  | { readonly kind: "taken"; readonly files: ReadonlyMap<string, string> }
  | { readonly kind: "not-taken"; readonly why: string };

/** More names than any workspace of which somebody says that nothing in it may change. */
const MOST_ENTRIES = 500_000;
const CHUNK = 1024 * 1024;

/**
 * Returns the files that a contract guards, as they stand: none where it guards none. Ignored files are
 * files too, which no tree of git would tell. Git's own folder is left out, for git writes in it when it
 * is only asked, unless a path that is to stay names it.
 *
 * @throws what `signal` was ended with.
 */
export async function takeGuarded(
  workspace: string,
  contract: Contract,
  signal: AbortSignal,
): Promise<GuardedFiles> {
  const guards = guardOf(contract);
  const files = new Map<string, string>();
  if (guards === undefined) return { kind: "taken", files };
  const withGit = contract.prohibitions.paths.some((glob) => /(?:^|\/)\.git(?:\/|$)/i.test(glob));
  const isGuarded = (path: string) => guards(path) && (!isGit(path) || withGit);
  try {
    for await (const path of pathsBelow(workspace, withGit, signal)) {
      if (isGuarded(path)) files.set(path, await printOf(join(workspace, path), signal));
    }
    return { kind: "taken", files };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "not-taken", why: oneLine(errorText(error)) };
  }
}

/** Returns the paths of guarded files that are not as they were: changed, new or gone. */
export function compareGuarded(before: GuardedFiles, after: GuardedFiles): GuardedSeen {
  if (before.kind === "not-taken") return { kind: "not-compared", why: before.why };
  if (after.kind === "not-taken") return { kind: "not-compared", why: after.why };
  const paths = new Set([...before.files.keys(), ...after.files.keys()]);
  const changed = [...paths].filter((path) => before.files.get(path) !== after.files.get(path));
  return { kind: "compared", changed: changed.sort() };
}

function isGit(path: string): boolean {
  return path.split("/").includes(".git");
}

/** Yields every entry that is no folder. Links are told as links, and not followed. */
async function* pathsBelow(workspace: string, withGit: boolean, signal: AbortSignal): AsyncGenerator<string> {
  const folders = [""];
  let count = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted();
    const entries = await entriesOf(join(workspace, folder));
    if (entries === undefined) yield folder;
    for (const entry of entries ?? []) {
      count += 1;
      if (count > MOST_ENTRIES) throw new Error(`there are more than ${MOST_ENTRIES} files`);
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) yield path;
      else if (entry.name !== ".git" || withGit) folders.push(path);
    }
  }
}

/** `undefined` for a folder that may not be read. It is told by its rights alone, like a special file. */
async function entriesOf(folder: string): Promise<readonly Dirent[] | undefined> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (!isDenied(error)) throw error;
    return undefined;
  }
}

function isDenied(error: unknown): boolean {
  return ["EACCES", "EPERM"].includes(errorCode(error) ?? "");
}

/** A file's print holds its bytes and whether it is a program: what a reader or a shell would see. */
async function printOf(path: string, signal: AbortSignal): Promise<string> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return `link ${await readlink(path)}`;
  if (!found.isFile()) return `special ${found.mode} ${found.rdev}`;
  try {
    return `file ${found.mode & 0o111} ${await digestOfFile(path, signal)}`;
  } catch (error) {
    if (!isDenied(error)) throw error;
    return `unreadable ${found.mode} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
  }
}

async function digestOfFile(path: string, signal: AbortSignal): Promise<string> {
  const file = await open(
    path,
    constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0),
  );
  try {
    const hash = createHash("sha256");
    const chunk = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(chunk, 0, CHUNK);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(chunk.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
