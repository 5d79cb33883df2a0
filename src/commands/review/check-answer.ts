import type { ObjectId } from "#base/ids.ts";
import type { ReviewAnswer } from "#gate/answer.ts";
import { checkFindings } from "#gate/check-findings.ts";
import { evidenceOf } from "#gate/evidence.ts";
import type { CheckedFinding } from "#gate/finding.ts";
import type { ShownScope } from "#gate/scope.ts";
import { readTexts } from "#git/read-texts.ts";
import { checkRules } from "./check-rules.ts";
import type { ReviewTask } from "./review-task.ts";

/**
 * Holds the answer's findings against the snapshot and the patches that the reviewer was shown,
 * newest first.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function checkAnswer(
  task: ReviewTask,
  scopes: readonly ShownScope[],
  answer: ReviewAnswer,
  signal: AbortSignal,
): Promise<readonly CheckedFinding[]> {
  if (answer.findings.length === 0) return [];
  const { tree } = task;
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
  return checkFindings(answer.findings, evidenceOf(tree.repository.root, scopes, texts), checkRules(task));
}
