import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { insideStore } from "#git/git-place.ts";
import { shownPath, splitNul } from "#git/path-bytes.ts";
import type { ObjectStore } from "#git/repository.ts";
import { runGit } from "#git/run-git.ts";
import { readTexts } from "./read-texts.ts";

/**
 * Returns the text of the named files as a tree has them; those that it has not, or that are no
 * regular files, are not in the answer.
 *
 * @throws GitFault
 */
export async function readPaths(
  store: ObjectStore,
  tree: ObjectId,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const listing = ["ls-tree", "-z", tree, "--", ...paths];
  const output = await runGit(insideStore(store), { arguments: listing }, signal);
  const blobs = new Map<string, ObjectId>();
  for (const line of splitNul(output)) {
    const tab = line.indexOf("\t");
    const [mode = "", , object = ""] = line.slice(0, tab).split(" ");
    if (mode.startsWith("100")) blobs.set(shownPath(line.slice(tab + 1)), parseShape(object, ObjectId));
  }
  const texts = await readTexts(store, [...blobs.values()], signal);
  return new Map(
    [...blobs].flatMap(([path, blob]) => (texts.has(blob) ? [[path, texts.get(blob) ?? ""]] : [])),
  );
}
