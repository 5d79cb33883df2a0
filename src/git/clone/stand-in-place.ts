import { copyFileSync, existsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeScratchFolder } from "#base/scratch-folder.ts";
import type { GitPlace } from "#git/git-place.ts";
import type { CloneConfig } from "./clone-config.ts";
import type { GitFolders } from "./git-folders.ts";

type Folders = Extract<GitFolders, { readonly kind: "found" }>;

/**
 * Git's own shortcuts to what the objects say (commit-graph(5), multi-pack-index) are not asked: whoever
 * can write into a clone can write other parents and other places into them.
 */
const SETTINGS = [
  "core.commitGraph=false",
  "core.multiPackIndex=false",
  "core.attributesFile=/dev/null",
  "core.excludesFile=/dev/null",
  "core.quotePath=false",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.trustctime=true",
  "core.checkStat=default",
  "core.safecrlf=false",
  "core.warnAmbiguousRefs=false",
] as const;

/** Makes a folder of this user's, for what is needed while one clone is looked at. The caller removes it. */
export function scratchPlace(): GitPlace {
  const directory = makeScratchFolder("clone");
  const environment = {
    GIT_DIR: directory,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_LITERAL_PATHSPECS: "1",
  };
  return { directory, environment, settings: SETTINGS };
}

/**
 * Makes a scratch place stand for a clone that is not ours: it has the clone's refs and reads its objects
 * from where they are, but has a configuration, attributes and hooks of its own, which are none. So
 * nothing runs that the clone's configuration names, and git has no place in the clone to write to.
 */
export function standInPlace(place: GitPlace, folders: Folders, config: CloneConfig): GitPlace {
  const { directory } = place;
  const { gitDirectory, commonDirectory, objects } = folders;
  writeFileSync(join(directory, "config"), configText(config));
  copyFileSync(join(gitDirectory, "HEAD"), join(directory, "HEAD"));
  for (const name of ["packed-refs", "shallow"]) {
    const path = join(commonDirectory, name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) continue;
    refuseHuge(path);
    copyFileSync(path, join(directory, name));
  }
  for (const name of ["refs", "reftable"]) {
    const path = join(commonDirectory, name);
    if (existsSync(path)) symlinkSync(path, join(directory, name), "junction");
  }
  return { ...place, environment: { ...place.environment, GIT_OBJECT_DIRECTORY: objects } };
}

/** An index of a million files has a hundred megabytes. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Throws where a file is larger than any of its kind: a copy of it could fill the disk. */
export function refuseHuge(path: string): void {
  const { size } = statSync(path);
  if (size > MOST_BYTES)
    throw new Error(`${path} has ${size} bytes, and no more than ${MOST_BYTES} are read`);
}

function configText({ objectFormat, refStorage, keeps }: CloneConfig): string {
  const lines = ["[core]", "\trepositoryformatversion = 1", "\tbare = true"];
  lines.push(`\tfilemode = ${keeps.modes}`, `\tsymlinks = ${keeps.links}`);
  lines.push("[extensions]", `\tobjectformat = ${objectFormat}`);
  if (refStorage === "reftable") lines.push("\trefstorage = reftable");
  return `${lines.join("\n")}\n`;
}
