import { randomUUID } from "node:crypto";
import type { ReviewStartTarget, ThreadTask } from "#codex/thread/thread-turn.ts";
import type { SeenTree } from "#commands/run/work-tree.ts";
import { CHALLENGE_SCHEMA } from "#gate/challenge/challenge-answer.ts";
import { type ChallengedWork, challengePrompt } from "#gate/challenge/challenge-prompt.ts";
import { mergeBase, readRevision } from "#git/revision.ts";
import type { ReviewedTarget } from "#runs/records/run-record.ts";
import { targetText } from "./begun-draft.ts";
import type { ThreadRequest } from "./thread-request.ts";

/** What a request comes to for Codex. */
export type AskedTask = {
  readonly task: ThreadTask;
  /**
   * What is kept of it, word for word as it is sent. A review of Codex's own is asked for in Codex's words,
   * except where they are the user's: then this says what it is about.
   */
  readonly text: string;
  /** By which the answer to a challenge is known. */
  readonly nonce: string;
};

/**
 * Returns what Codex is asked for.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function threadTask(
  request: ThreadRequest,
  before: SeenTree,
  signal: AbortSignal,
): Promise<AskedTask> {
  const nonce = randomUUID();
  const effort = request.effort ?? undefined;
  const { kind, target, prompt } = request;
  if (target === null || kind === "turn") {
    // Half a character is no text as JSON has it: what is sent and what is kept are the same.
    const text = prompt.replace(/\p{Cs}/gu, "\ufffd");
    return { task: { kind: "turn", prompt: text, effort, schema: undefined }, text, nonce };
  }
  if (kind === "review") {
    return { task: { kind: "review", target: startTarget(target) }, text: targetText(target), nonce };
  }
  const work = await challengedWork(target, before, signal);
  const text = challengePrompt({ work, focus: request.focus ?? undefined, nonce });
  return { task: { kind: "turn", prompt: text, effort, schema: CHALLENGE_SCHEMA }, text, nonce };
}

function startTarget(target: ReviewedTarget): ReviewStartTarget {
  switch (target.kind) {
    case "uncommitted":
      return { type: "uncommittedChanges" };
    case "base":
      return { type: "baseBranch", branch: target.branch };
    case "commit":
      return { type: "commit", sha: target.sha, title: target.title };
    case "custom":
      return { type: "custom", instructions: target.instructions };
  }
}

async function challengedWork(
  target: ReviewedTarget,
  { tree }: SeenTree,
  signal: AbortSignal,
): Promise<ChallengedWork> {
  if (target.kind !== "base" || tree === undefined) return plainWork(target);
  const { repository } = tree;
  const named = await readRevision(repository, target.branch, signal);
  const from = named === undefined ? undefined : await mergeBase(repository, named.commit, signal);
  return { kind: "base", branch: target.branch, from };
}

function plainWork(target: ReviewedTarget): ChallengedWork {
  return target.kind === "base" ? { ...target, from: undefined } : target;
}
