import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { lentByNested } from "#git/store/nested-stores.ts";
import type { ObjectStore, Repository } from "./repository.ts";

/** Where a git command works: its folder, what it is told by environment, and what by `-c`. */
export type GitPlace = {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly settings: readonly string[];
};

/**
 * Settings for work on the user's files (git-config(1)). Those above the line could let an edit
 * pass unseen; those below would run the user's programs, or write where the user would notice.
 */
const WORK_TREE_SETTINGS = [
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.trustctime=true",
  "core.checkStat=default",
  "core.ignoreStat=false",
  "sparse.expectFilesOutsideOfPatterns=false",
  // ---
  "core.safecrlf=false",
  "core.splitIndex=false",
  "index.sparse=false",
] as const;

/** Text above this size is not compared: see `TOO_LARGE_BYTES` in `opaque-state.ts`. */
const STORE_SETTINGS = [
  "core.attributesFile=/dev/null",
  "core.quotePath=false",
  "core.bigFileThreshold=16m",
] as const;

/** A folder that may or may not belong to a repository. */
export function anyFolder(directory: string): GitPlace {
  return { directory, environment: {}, settings: ["core.fsmonitor=false"] };
}

/**
 * The user's work tree, seen through a private index; new objects go to the store. The Git LFS
 * clean filter keeps files too, and is told to keep them there (git-lfs-config(5), `lfs.storage`).
 */
export function workTree(repository: Repository, store: ObjectStore, index: string): GitPlace {
  return {
    directory: repository.root,
    environment: {
      GIT_DIR: repository.gitDirectory,
      GIT_WORK_TREE: repository.root,
      GIT_OBJECT_DIRECTORY: store.objects,
      GIT_INDEX_FILE: index,
    },
    settings: [...WORK_TREE_SETTINGS, ...caseSettings(repository), `lfs.storage=${store.directory}/lfs`],
  };
}

/**
 * The store alone, with what the stores of inner repositories hold: nothing that the user's
 * repository, account or machine configures is read.
 */
export function insideStore(store: ObjectStore, index?: string): GitPlace {
  return {
    directory: store.directory,
    environment: {
      GIT_DIR: store.directory,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_ATTR_NOSYSTEM: "1",
      ...lentByNested(store),
      ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    },
    settings: STORE_SETTINGS,
  };
}

/**
 * Where the file system tells `a` from `A` but git is told that there is no difference (the
 * repository was copied from such a machine, or somebody set it), a file `A` beside a tracked `a`
 * would pass unseen. A file system that does not tell them apart finds `.GIT` though no listing names it.
 */
function caseSettings({ root }: Repository): readonly string[] {
  const blind = existsSync(join(root, ".GIT")) && !readdirSync(root).includes(".GIT");
  return blind || !existsSync(join(root, ".git")) ? [] : ["core.ignoreCase=false"];
}
