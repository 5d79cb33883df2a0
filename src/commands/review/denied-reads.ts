import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { claudeConfigDirectory } from "#claude/host-environment.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import { excluding } from "#gate/scope/barred.ts";
import type { Coverage } from "#gate/scope/coverage.ts";
import { deniedPaths, literalGlob } from "#gate/scope/denied-paths.ts";
import type { ReviewTask } from "./review-task.ts";

/** What the reviewer's shell must not read, or why it cannot be kept from all of it. */
export type DeniedReads =
  | { readonly kind: "paths"; readonly paths: readonly string[] }
  | { readonly kind: "too-many"; readonly detail: string };

/**
 * Codex hides each denied path apart, before every command: 100 of them take 0.2 s, 300 take 1 s,
 * 1,000 take 10 s, and at 3,000 the sandbox has too many arguments to start (0.169 on Linux). A
 * whole folder is one of them, but a glob is as many as it finds files.
 */
const MOST_DENIED = 200;

/** As many entries of folders are looked at for what is excluded; 100,000 of them take a second or two. */
const MOST_LOOKED_AT = 300_000;

/**
 * Returns what the reviewer's shell must not read: what the configuration excludes, changed or not,
 * the paths of the change that hold what is not sent, our own copies of both, and what Claude Code
 * keeps of keys and sessions in a folder of the user's choice.
 */
export function deniedReads(
  { config, tree, place }: Pick<ReviewTask, "config" | "tree" | "place">,
  coverage: Coverage,
): DeniedReads {
  const { root } = tree.repository;
  const excluded = config.exclude.length === 0 ? [] : excludedPaths(root, excluding(config.exclude));
  if (excluded === undefined) {
    return tooMany("the work tree holds too much for what is excluded to be found in it");
  }
  const within = new Set(excluded);
  const changed = deniedPaths(coverage).filter((path) => !isBelow(within, path) && isThere(root, path));
  const paths = [...excluded, ...changed, ...workInStore(tree.store), ...hostFiles(place)];
  return paths.length > MOST_DENIED
    ? tooMany(`a shell can be kept from ${MOST_DENIED} paths, and there are more that it must not read`)
    : { kind: "paths", paths };
}

/** What the store holds is the work as it is. */
function workInStore({ directory, objects }: WatchedTree["store"]): readonly string[] {
  return [objects, join(directory, "nested")].filter((folder) => existsSync(folder));
}

const HOST_FILES = [".credentials.json", "settings.json", "settings.local.json", ".claude.json", "projects"];

/** The usual folder's are denied to every review. */
function hostFiles({ environment }: ReviewTask["place"]): readonly string[] {
  if (!environment["CLAUDE_CONFIG_DIR"]) return [];
  const folder = claudeConfigDirectory(environment);
  return HOST_FILES.map((name) => join(folder, name)).filter((path) => existsSync(path));
}

function tooMany(detail: string): DeniedReads {
  return { kind: "too-many", detail };
}

/**
 * Returns the excluded files and folders, of what lies within an excluded folder only that. One more
 * than can be denied is enough to know; `undefined` where it takes too long to find out.
 */
function excludedPaths(root: string, isExcluded: (path: string) => boolean): readonly string[] | undefined {
  const found: string[] = [];
  const folders = [""];
  let left = MOST_LOOKED_AT;
  for (
    let folder = folders.pop();
    folder !== undefined && found.length <= MOST_DENIED;
    folder = folders.pop()
  ) {
    for (const entry of entriesOf(join(root, folder))) {
      const path = `${folder}${entry.name}`;
      const isFolder = entry.isDirectory();
      left -= 1;
      if (entry.name === ".git") continue;
      if (isExcluded(path) || (isFolder && isExcluded(`${path}/${ANY_NAME}`))) {
        found.push(deniedPath(path, isFolder));
      } else if (isFolder) folders.push(`${path}/`);
    }
    if (left < 0) return undefined;
  }
  return found;
}

/** What excludes a file of this name excludes all of its folder. */
const ANY_NAME = "\u0001";

/** To Codex a path names a folder with all within it, but a glob only files. */
function deniedPath(path: string, isFolder: boolean): string {
  const glob = literalGlob(path);
  return isFolder && glob !== path ? `${glob}/**` : glob;
}

/** A folder that is gone by now, or that nobody may open, has nothing to hide. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}

function isBelow(folders: ReadonlySet<string>, path: string): boolean {
  const names = path.split("/");
  return names.some((_name, index) => folders.has(names.slice(0, index + 1).join("/")));
}

/** What has no name of its own any more is left to Codex to find. */
function isThere(root: string, path: string): boolean {
  return path.includes("?") || existsSync(join(root, path));
}
