import type { ObjectId } from "#base/ids.ts";
import type { ThreadEvidence } from "#codex/thread/thread-evidence.ts";
import type { TurnSeen } from "#codex/thread/thread-turn.ts";
import { runFailure } from "#commands/run/run-failure-of.ts";
import type { SeenTree } from "#commands/run/work-tree.ts";
import { readChallenge } from "#gate/challenge/challenge-answer.ts";
import { challengedPaths, checkChallenge } from "#gate/challenge/check-challenge.ts";
import type { RunFailure } from "#gate/contract/run-failure.ts";
import { readPaths } from "#git/change/read-paths.ts";
import { readRevision } from "#git/revision.ts";
import type { ReviewRemark } from "#runs/records/run-record.ts";
import { challengeRemarks, nativeRemarks, uncheckedRemarks } from "./review-remarks.ts";
import type { ThreadRequest } from "./thread-request.ts";

/** What a turn said, held against the files where it is about some. */
export type TurnAnswer = {
  readonly text: string | undefined;
  readonly remarks: ReviewRemark[] | null;
  /** Why it is none. */
  readonly unusable: RunFailure | undefined;
};

export type Answered = {
  readonly request: ThreadRequest;
  readonly nonce: string;
  readonly seen: TurnSeen;
  readonly evidence: ThreadEvidence;
  readonly before: SeenTree;
};

/** What Codex says where a review has no answer (0.140 and 0.169). */
const NO_REVIEW = /^(?:Reviewer failed to output a response|Review was interrupted)\b/;

/**
 * Returns what a completed turn said.
 *
 * @throws GitFault where the files cannot be read, or `signal`'s reason.
 */
export async function turnAnswer(answered: Answered, signal: AbortSignal): Promise<TurnAnswer> {
  const { request, seen } = answered;
  // What was said in a turn that did not come to its end is no answer of it.
  if (seen.end.kind === "broken") return { text: undefined, remarks: null, unusable: undefined };
  switch (request.kind) {
    case "turn":
      return { text: seen.record.message, remarks: null, unusable: undefined };
    case "review":
      return await reviewAnswer(answered, signal);
    case "adversarial-review":
      return await challengeAnswer(answered, signal);
  }
}

async function reviewAnswer(answered: Answered, signal: AbortSignal): Promise<TurnAnswer> {
  const { seen, evidence, before } = answered;
  const text = seen.review;
  if (text === undefined || text.trim() === "" || NO_REVIEW.test(text)) {
    const detail = text === undefined ? "the review ended without one" : text;
    return { text: undefined, remarks: null, unusable: { kind: "turn_incomplete", detail } };
  }
  const output = evidence.reviewOutput;
  if (output === undefined || isNoForm(output)) {
    const detail = "the review is a text, without the findings that Codex asks its model for";
    return { text, remarks: null, unusable: { kind: "output_invalid", detail } };
  }
  const root = before.tree?.repository.root ?? answered.request.cwd;
  const paths = output.findings.flatMap(({ code_location }) =>
    challengedPaths({ file: code_location.absolute_file_path }, root),
  );
  const texts = await textsOf(answered, paths, signal);
  const linesOf = (path: string) => {
    const [inside] = challengedPaths({ file: path }, root);
    const file = inside === undefined ? undefined : texts?.get(inside);
    return file === undefined ? undefined : countLines(file);
  };
  const place = { root, linesOf: texts === undefined ? undefined : linesOf };
  return { text, remarks: nativeRemarks(output, place), unusable: undefined };
}

/** Of an answer that is no JSON Codex makes one of this form, with the text as its explanation. */
function isNoForm({ findings, overall_correctness }: NonNullable<ThreadEvidence["reviewOutput"]>): boolean {
  return findings.length === 0 && !overall_correctness;
}

function countLines(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

async function challengeAnswer(answered: Answered, signal: AbortSignal): Promise<TurnAnswer> {
  const { message } = answered.seen.record;
  const read = readChallenge(message, answered.nonce);
  if (read.kind === "no-answer") {
    return { text: message, remarks: null, unusable: runFailure(read.failure) };
  }
  const { findings } = read.answer;
  const root = answered.before.tree?.repository.root ?? answered.request.cwd;
  const paths = findings.flatMap((finding) => challengedPaths(finding, root));
  const texts = await textsOf(answered, paths, signal);
  const remarks =
    texts === undefined
      ? uncheckedRemarks(findings)
      : challengeRemarks(checkChallenge(findings, { root, texts }));
  return { text: message, remarks, unusable: undefined };
}

/** Returns the files as the target has them, or `undefined` where they are not at hand. */
async function textsOf(
  { request, before }: Answered,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string> | undefined> {
  const tree = await targetTree(request, before, signal);
  if (before.tree === undefined || tree === undefined) return undefined;
  const wanted = [...new Set(paths)];
  return wanted.length === 0 ? new Map() : await readPaths(before.tree.store, tree, wanted, signal);
}

async function targetTree(
  { target }: ThreadRequest,
  { tree, record }: SeenTree,
  signal: AbortSignal,
): Promise<ObjectId | undefined> {
  if (target?.kind !== "commit" || tree === undefined) return record?.tree ?? undefined;
  return (await readRevision(tree.repository, target.sha, signal))?.tree;
}
