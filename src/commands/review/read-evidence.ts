import type { ObjectId } from "#base/ids.ts";
import type { ShownScope } from "#gate/scope/scope.ts";
import { type Evidence, evidenceOf } from "#gate/verdict/evidence.ts";
import { readTexts } from "#git/change/read-texts.ts";
import type { ReviewTask } from "./review-task.ts";

/**
 * Reads what findings are held against: the snapshot's files, and the patches that the reviewer was
 * shown, newest first.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function readEvidence(
  { tree }: ReviewTask,
  scopes: readonly ShownScope[],
  signal: AbortSignal,
): Promise<Evidence> {
  const blobs = new Map<string, ObjectId>();
  for (const { file } of scopes.flatMap(({ files }) => files)) {
    if (file.newBlob !== null && !blobs.has(file.path)) blobs.set(file.path, file.newBlob);
  }
  const contents = await readTexts(tree.store, [...blobs.values()], signal);
  const texts = new Map<string, string>();
  for (const [path, blob] of blobs) {
    const text = contents.get(blob);
    if (text !== undefined) texts.set(path, text);
  }
  return evidenceOf(tree.repository.root, scopes, texts);
}
