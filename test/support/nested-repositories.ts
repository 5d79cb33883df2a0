import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { WatchedRepository } from "#test/watched-repository.ts";

/** Makes a repository inside the work tree, with the files committed in it. Returns its folder. */
export function makeNested(
  watched: WatchedRepository,
  path: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): string {
  const nested = join(watched.root, path);
  mkdirSync(nested, { recursive: true });
  watched.gitIn(nested, "init", "-q");
  writeFiles(nested, files);
  commitIn(watched, nested);
  return nested;
}

/** Adds a submodule, with the files committed in it, and commits that. Returns its folder. */
export function addSubmodule(
  watched: WatchedRepository,
  path: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): string {
  const origin = join(watched.beside, `origin of ${path.replaceAll("/", " ")}`);
  mkdirSync(origin);
  watched.gitIn(origin, "init", "-q");
  writeFiles(origin, files);
  commitIn(watched, origin);
  watched.git("submodule", "--quiet", "add", origin, path);
  watched.commit("submodule");
  return join(watched.root, path);
}

/** Commits everything in a folder's repository, and returns the commit's name. */
export function commitIn(watched: WatchedRepository, directory: string): string {
  watched.gitIn(directory, "add", "--all");
  watched.gitIn(directory, "commit", "-q", "--allow-empty", "-m", "inner");
  return watched.gitIn(directory, "rev-parse", "HEAD");
}

export function writeFiles(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
}

/** Replaces the last commit and has git forget the one before it. */
export function amendAndPrune(watched: WatchedRepository, directory: string): void {
  watched.gitIn(directory, "add", "--all");
  watched.gitIn(directory, "commit", "-q", "--allow-empty", "--amend", "-m", "other");
  watched.gitIn(directory, "reflog", "expire", "--expire=now", "--all");
  watched.gitIn(directory, "prune", "--expire=now");
}
