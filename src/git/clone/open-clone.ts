import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errorText } from "#base/fault.ts";
import { GitFault } from "#git/fault.ts";
import type { GitPlace } from "#git/git-place.ts";
import { blockingFile } from "./blocking-file.ts";
import { type CloneConfig, readCloneConfig } from "./clone-config.ts";
import { type GitFolders, gitFolders, insideFolders } from "./git-folders.ts";
import { type ObjectReader, readObjects } from "./object-reader.ts";
import { type Refs, readRefs } from "./read-refs.ts";
import { refuseHuge, scratchPlace, standInPlace } from "./stand-in-place.ts";

/** A clone that somebody else keeps, while it is looked at. Nothing is written to it. */
export type OpenClone = Refs & {
  /** The top of its work tree; of a bare repository, its folder. */
  readonly directory: string;
  readonly gitDirectory: string;
  /** Where refs and objects are: elsewhere for a linked worktree. */
  readonly commonDirectory: string;
  readonly config: CloneConfig;
  readonly shallow: boolean;
  /** Where git is asked about it. */
  readonly place: GitPlace;
  readonly objects: ObjectReader;
  readonly close: () => void;
};

/** `none`: this folder is not the top of a repository. */
export type Opening =
  | { readonly kind: "none" }
  | { readonly kind: "broken"; readonly detail: string }
  | { readonly kind: "open"; readonly clone: OpenClone };

/**
 * Opens the clone whose top is this folder. It takes a folder among the system's temporary ones and,
 * from the first question on, a git process: whoever opens it closes it. Its configuration is read as
 * data (what it names is not run, nothing is fetched), and to whom it belongs makes no difference.
 *
 * @throws GitFault `git-timed-out`, `git-missing`.
 */
export async function openClone(directory: string, signal: AbortSignal): Promise<Opening> {
  return await openFolders(directory, unblocked(gitFolders(directory), directory), signal);
}

/** As `openClone`, for a bare repository. */
export async function openBare(directory: string, signal: AbortSignal): Promise<Opening> {
  return await openFolders(directory, unblocked(insideFolders(directory), null), signal);
}

/** Git is not asked about a clone in which it would wait for ever, or which would fill the disk. */
function unblocked(folders: GitFolders, workTree: string | null): GitFolders {
  if (folders.kind !== "found") return folders;
  const { gitDirectory, commonDirectory, objects } = folders;
  const own = [objects, join(commonDirectory, "refs"), join(commonDirectory, "reftable")];
  const blocking = blockingFile(own, workTree);
  if (blocking !== undefined) return { kind: "broken", detail: `${blocking} is no file that can be read` };
  try {
    for (const name of readdirSync(gitDirectory)) {
      if (name === "index" || name.startsWith("sharedindex.")) refuseHuge(join(gitDirectory, name));
    }
    return folders;
  } catch (error) {
    return { kind: "broken", detail: errorText(error) };
  }
}

async function openFolders(directory: string, folders: GitFolders, signal: AbortSignal): Promise<Opening> {
  if (folders.kind !== "found") return folders;
  const scratch = scratchPlace();
  const remove = () => rmSync(scratch.directory, { recursive: true, force: true });
  try {
    const path = join(folders.commonDirectory, "config");
    const config = await readCloneConfig(scratch, path, signal);
    const place = standInPlace(scratch, folders, config);
    const found = await readRefs(place, folders.head, signal);
    const objects = readObjects(place, config.objectFormat, signal);
    const close = () => {
      objects.close();
      remove();
    };
    const { gitDirectory, commonDirectory, shallow } = folders;
    const clone = {
      directory,
      gitDirectory,
      commonDirectory,
      shallow,
      config,
      ...found,
      place,
      objects,
      close,
    };
    return { kind: "open", clone };
  } catch (error) {
    remove();
    if (error instanceof GitFault && error.failure.kind !== "git-failed") throw error;
    return { kind: "broken", detail: error instanceof GitFault ? detailOf(error) : errorText(error) };
  }
}

function detailOf({ failure }: GitFault): string {
  return failure.kind === "git-failed" ? failure.detail : failure.kind;
}
