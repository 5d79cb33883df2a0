import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { makePrivateDirectory, readIfPresent, removeIfPresent, replaceFile, setAside } from "#base/files.ts";
import { anyFolder } from "#git/git-place.ts";
import type { ObjectStore, Repository } from "#git/repository.ts";
import { runGit } from "#git/run-git.ts";
import { nestedStores, quotedPlace, storeAt } from "./nested-stores.ts";

/**
 * Returns the store in the given folder, made where it is missing (mode 0700). Any number of
 * processes may open it at once. The folder belongs to one repository.
 *
 * @throws GitFault where git cannot make it.
 */
export async function openObjectStore(
  repository: Repository,
  directory: string,
  signal: AbortSignal,
): Promise<ObjectStore> {
  if (!isStore(directory)) await create(repository, directory, signal);
  const store = storeAt(directory);
  makePrivateDirectory(store.indexes);
  makePrivateDirectory(store.scratch);
  lend(repository, store);
  for (const inner of nestedStores(store)) forgetGone(inner);
  return store;
}

/**
 * Built under another name and moved into place whole: of several at once, one wins and all may use
 * it. What stands there and is no store (its files were removed, but for what was written since) is
 * set aside first.
 */
async function create(repository: Repository, directory: string, signal: AbortSignal): Promise<void> {
  makePrivateDirectory(dirname(directory));
  const building = `${directory}.${randomUUID()}.tmp`;
  mkdirSync(building, { mode: 0o700 });
  try {
    const format = `--object-format=${repository.objectFormat}`;
    const init = ["init", "--quiet", "--bare", "--template=", "--initial-branch=none", format, building];
    await runGit(anyFolder(dirname(directory)), { arguments: init }, signal);
    moveIntoPlace(building, directory);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** Without one of these git takes it for no repository, or for one of another object format (gitrepository-layout(5)). */
function isStore(directory: string): boolean {
  return ["HEAD", "config", "refs"].every((name) => existsSync(join(directory, name)));
}

function moveIntoPlace(building: string, directory: string): void {
  try {
    renameSync(building, directory);
  } catch (error) {
    const taken = ["ENOTEMPTY", "EEXIST", "EPERM", "ENOTDIR"].includes(errorCode(error) ?? "");
    if (!taken) throw error;
    if (isStore(directory)) return;
    setAsideIfThere(directory);
    moveIntoPlace(building, directory);
  }
}

/** Of several that find it, one moves it. */
function setAsideIfThere(directory: string): void {
  try {
    setAside(directory, new Date());
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

/** Objects of the user's repository are read from where they are (gitrepository-layout(5), objects/info/alternates). */
function lend(repository: Repository, store: ObjectStore): void {
  const alternates = alternatesOf(store);
  const line = `${quotedPlace(join(repository.commonDirectory, "objects"))}\n`;
  if (readIfPresent(alternates) !== line) replaceFile(alternates, line);
}

/** Of an inner repository that was removed git would complain at every look; one that comes back is lent anew. */
function forgetGone(store: ObjectStore): void {
  const place = readIfPresent(alternatesOf(store))?.trimEnd();
  if (place?.startsWith("/") === true && !existsSync(place)) removeIfPresent(alternatesOf(store));
}

function alternatesOf(store: ObjectStore): string {
  return join(store.objects, "info", "alternates");
}
