import type { ObjectId } from "#base/ids.ts";
import { isGitFailed } from "#git/fault.ts";
import { type BytePath, shownPath } from "#git/path-bytes.ts";
import { checkedOut } from "./checked-out.ts";
import { type Conversion, conversionsAt } from "./checkout-attributes.ts";
import {
  type CommitFile,
  type CommitFolder,
  type CopiedFolder,
  copiedFolder,
  SYMLINK_MODE,
} from "./copied-folder.ts";
import type { NotLookedAt } from "./folder-at.ts";
import type { FolderFile } from "./folder-tree.ts";
import { hashObject } from "./object-hash.ts";
import type { OpenClone } from "./open-clone.ts";

type FolderDifference = {
  readonly path: string;
  readonly how: "added" | "removed" | "changed";
};

export type FolderDifferences =
  | {
      readonly kind: "compared";
      readonly against: ObjectId;
      /** In code-point order of their paths. */
      readonly files: readonly FolderDifference[];
      /** Whether every added or changed file is younger than all others of the folder, and there are others. */
      readonly younger: boolean;
    }
  | { readonly kind: "no-folder" }
  | NotLookedAt;

/** A copy is made within so many milliseconds: files are younger than it only beyond that. */
const COPY_MS = 1000;

/**
 * Returns how a folder's files differ from a copy of a commit's folder (see `copiedFolder`), checked out
 * with the line ends and the expanded `$Id$` that the commit's attributes ask for. What is no difference
 * by these rules is as the commit has it, and nothing else could have come of it.
 *
 * @throws GitFault `git-timed-out`, `git-missing`.
 */
export async function differencesBetween(
  clone: OpenClone,
  files: readonly FolderFile[],
  folder: CommitFolder,
  signal: AbortSignal,
): Promise<FolderDifferences> {
  const copied = await copiedFolder(clone, folder);
  if (copied.kind !== "copied") return copied;
  const { expected, found, differing, pairs, hidden } = compared(copied, files, folder.modes);
  const converted = await convertedPaths(clone, { commit: folder.commit, pairs }, signal);
  if (converted === undefined) return { kind: "not-here" };
  const left = differing.filter((path) => !converted.has(path)).sort();
  if (left.length === 0 && hidden) return { kind: "not-here" };
  const differences = left.map((path) => ({ path, how: how(expected.has(path), found.has(path)) }));
  return { kind: "compared", against: folder.commit, files: differences, younger: areYounger(files, left) };
}

/** `undecided`: what is not here of the commit might explain how they differ. */
export type CopyVerdict = "copy" | "other" | "undecided";

/**
 * Returns whether a folder is such a copy.
 *
 * @throws GitFault as `differencesBetween`.
 */
export async function isCopyOf(
  clone: OpenClone,
  files: readonly FolderFile[],
  folder: CommitFolder,
  signal: AbortSignal,
): Promise<CopyVerdict> {
  const copied = await copiedFolder(clone, folder);
  if (copied.kind !== "copied") return copied.kind === "no-folder" ? "other" : "undecided";
  const { differing, pairs, hidden } = compared(copied, files, folder.modes);
  // No conversion makes or removes a file.
  if (pairs.length < differing.length) return "other";
  const converted = await convertedPaths(clone, { commit: folder.commit, pairs }, signal);
  if (converted === undefined) return "undecided";
  if (converted.size < pairs.length) return "other";
  return hidden ? "undecided" : "copy";
}

function compared(
  copied: Extract<CopiedFolder, { readonly kind: "copied" }>,
  files: readonly FolderFile[],
  modes: CommitFolder["modes"],
) {
  const only = modes === "lost" ? onlyMode(files) : undefined;
  const asFound = (file: CommitFile): CommitFile =>
    only !== undefined && file.mode.startsWith("100") ? { ...file, mode: only } : file;
  const expected = new Map(
    [...copied.files].map(([path, file]) => [shownPath(path), asFound(file)] as const),
  );
  // What is in a submodule is another repository's, whose history is not here.
  const inside = copied.submodules.map((path) => `${shownPath(path)}/`);
  const known = files.filter(({ path }) => !inside.some((folder) => path.startsWith(folder)));
  const found = new Map(known.map((file) => [file.path, file] as const));
  const differing = [...new Set([...expected.keys(), ...found.keys()])].filter((path) => {
    const [one, other] = [expected.get(path), found.get(path)];
    return one === undefined || other === undefined || one.mode !== other.mode || one.id !== other.id;
  });
  const pairs = differing.flatMap((path) => pairOf(path, expected.get(path), found.get(path)));
  return { expected, found, differing, pairs, hidden: known.length < files.length };
}

/**
 * Returns the mode that all files have, for a file system that keeps no executable bits shows the same of each;
 * nothing where they differ, and so mean something.
 */
function onlyMode(files: readonly FolderFile[]): string | undefined {
  const modes = new Set(files.map(({ mode }) => mode).filter((mode) => mode !== SYMLINK_MODE));
  return modes.size === 1 ? [...modes][0] : undefined;
}

type Pair = { readonly path: string; readonly expected: CommitFile; readonly found: FolderFile };

function pairOf(
  path: string,
  expected: CommitFile | undefined,
  found: FolderFile | undefined,
): readonly Pair[] {
  if (expected === undefined || found === undefined) return [];
  return expected.mode === found.mode && found.mode !== SYMLINK_MODE ? [{ path, expected, found }] : [];
}

type Comparison = { readonly commit: ObjectId; readonly pairs: readonly Pair[] };

/** Returns the paths of those that are what a checkout makes of their blobs; nothing where that cannot be told. */
async function convertedPaths(
  clone: OpenClone,
  { commit, pairs }: Comparison,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  if (pairs.length === 0) return new Set();
  try {
    const places = pairs.map(({ expected }) => expected.place);
    const conversions = await conversionsAt(clone, commit, places, signal);
    if (conversions === undefined) return undefined;
    const checks = pairs.map(async (pair) => await isConverted(clone, pair, conversions));
    const converted = await Promise.all(checks);
    if (converted.includes(undefined)) return undefined;
    return new Set(pairs.filter((_pair, index) => converted[index] === true).map(({ path }) => path));
  } catch (error) {
    if (isGitFailed(error)) return undefined;
    throw error;
  }
}

async function isConverted(
  clone: OpenClone,
  { expected, found }: Pair,
  conversions: ReadonlyMap<BytePath, Conversion>,
): Promise<boolean | undefined> {
  const conversion = conversions.get(expected.place);
  if (conversion === undefined || (conversion.crlf === "none" && !conversion.ident)) return false;
  const blob = await clone.objects.read(expected.id);
  if (blob.kind !== "object") return undefined;
  // The user's configuration may have been another one then.
  const partly = [conversion, { ...conversion, ident: false }, { ...conversion, crlf: "none" }] as const;
  const forms = partly.map((one) => checkedOut(blob.content, expected.id, one));
  return forms.some((bytes) => hashObject(clone.config.objectFormat, "blob", bytes) === found.id);
}

function how(isExpected: boolean, isFound: boolean): FolderDifference["how"] {
  if (isExpected && isFound) return "changed";
  return isFound ? "added" : "removed";
}

function areYounger(files: readonly FolderFile[], differing: readonly string[]): boolean {
  const names = new Set(differing);
  const times = (among: boolean) =>
    files
      .filter(({ path }) => names.has(path) === among)
      .map(({ changedAt }) => changedAt)
      .sort((a, b) => a - b);
  const [young, rest] = [times(true).at(0), times(false).at(-1)];
  return young !== undefined && rest !== undefined && young > rest + COPY_MS;
}
