import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { omittedForSize } from "#gate/scope/coverage.ts";
import { fullPatch } from "#gate/scope/full-patch.ts";
import type { Reviewer } from "./open-reviewer.ts";
import type { PreparedReview } from "./prepare-review.ts";
import type { ReviewTask } from "./review-task.ts";

/**
 * Writes the whole patch of a change of which a part is left out for its size to a file that the
 * reviewer can open, and returns its path; `undefined` where all is shown, or where the reviewer
 * has no shell. The caller removes it.
 */
export function writePatchFile(
  { tree, config }: ReviewTask,
  { change, scope }: PreparedReview,
  { thread }: Reviewer,
): string | undefined {
  if (thread.sandbox === "inline" || omittedForSize(scope.coverage).length === 0) return undefined;
  const file = join(tree.store.scratch, `${randomUUID()}.patch`);
  writeFileSync(file, fullPatch(change, config), { mode: 0o600 });
  return file;
}
