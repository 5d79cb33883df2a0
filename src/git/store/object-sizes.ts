import type { ObjectId } from "#base/ids.ts";
import { insideStore } from "#git/git-place.ts";
import type { ObjectStore } from "#git/repository.ts";
import { runGit } from "#git/run-git.ts";

/**
 * Returns the size in bytes of each object that is there, in one git process. What is missing is
 * not in the answer.
 *
 * @throws GitFault
 */
export async function objectSizes(
  store: ObjectStore,
  objects: readonly ObjectId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  if (objects.length === 0) return new Map();
  const command = {
    arguments: ["cat-file", "--batch-check=%(objectname) %(objectsize)"],
    input: Buffer.from(objects.map((object) => `${object}\n`).join("")),
  };
  const lines = (await runGit(insideStore(store), command, signal)).toString("latin1").split("\n");
  const sizes = new Map<string, number>();
  for (const line of lines) {
    const [object, size] = line.split(" ");
    if (object !== undefined && size !== undefined && /^\d+$/.test(size)) sizes.set(object, Number(size));
  }
  return sizes;
}
