import { rmSync } from "node:fs";
import type { ObjectId } from "#base/ids.ts";
import { CodexFault } from "#codex/fault.ts";
import { closeReviewThread } from "#codex/review/review-thread.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { FAILURE_POLICIES } from "#gate/failure/failure-policy.ts";
import { ledgerAfter } from "#gate/ledger/ledger-after.ts";
import { reviewPrompt } from "#gate/prompt/prompt.ts";
import { redacted } from "#gate/redact/redact.ts";
import type { ShownScope } from "#gate/scope/scope.ts";
import { nothingSeen } from "#gate/verdict/blindness.ts";
import { checkFindings } from "#gate/verdict/check-findings.ts";
import { findingsToKeep } from "#gate/verdict/kept-verdict.ts";
import { voidOf } from "#gate/verdict/void-verdict.ts";
import { verifyBlobs } from "#git/store/verify-blobs.ts";
import { type Conversation, converse, type Question } from "./converse.ts";
import { deniedReads } from "./denied-reads.ts";
import { type FindingsBefore, findingsBefore } from "./findings-before.ts";
import { openReviewer, type Reviewer, type ReviewerAsked } from "./open-reviewer.ts";
import { writePatchFile } from "./patch-file.ts";
import type { PreparedReview } from "./prepare-review.ts";
import { projectInstructions } from "./project-instructions.ts";
import { readEvidence } from "./read-evidence.ts";
import type { NewVerdict, Review } from "./review.ts";
import { reviewRecord } from "./review-record.ts";
import type { ReviewTask } from "./review-task.ts";
import { turnEvidence } from "./turn-evidence.ts";
import { type ShownToReviewer, whatToShow } from "./what-to-show.ts";

/** The thread and the connection are given back within this, also when the review was ended from outside. */
export const CLOSE_MS = 3_000;

/** A change that nobody has judged yet, and whom to ask. */
export type Asking = {
  readonly prepared: PreparedReview;
  readonly scope: ShownScope;
  readonly options: ReviewerAsked["options"];
  readonly key: NewVerdict["keep"]["key"];
  /** What the user should know beside the outcome. */
  readonly notice: string | undefined;
};

/**
 * Returns what the reviewer says of a change. Where the policy allows it for a failure, the whole
 * turn is made once more, within the same deadline: it only reads, so nothing is done twice.
 *
 * @throws CodexFault, GitFault, or `signal`'s reason: then there was no completed turn.
 */
export async function askReviewer(task: ReviewTask, asking: Asking, signal: AbortSignal): Promise<Review> {
  try {
    return await askOnce(task, asking, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof CodexFault)) throw error;
    const { kind } = error.failure;
    if (FAILURE_POLICIES[kind].retry !== "turn") throw error;
    const { reviewer } = task.trace;
    if (reviewer !== undefined) task.trace.reviewer = { ...reviewer, retriedAfter: kind };
    return await askOnce(task, asking, signal);
  }
}

async function askOnce(
  task: ReviewTask,
  { prepared, scope, options, key, notice }: Asking,
  signal: AbortSignal,
): Promise<Review> {
  const { earlier } = prepared;
  const resume = earlier?.delta === undefined ? undefined : (earlier.state.threadId ?? undefined);
  await verifyBlobs(task.tree.store, blobsOf(scope), signal);
  const denied = deniedReads(task, scope.coverage);
  const reviewer = await openReviewer(task, { options, resume, denied }, signal);
  let patchFile: string | undefined;
  try {
    patchFile = writePatchFile(task, prepared, reviewer);
    const shown = whatToShow(prepared, scope, reviewer);
    const before = await findingsBefore(task, shown.scopes, signal);
    const question = await questionOf(task, { shown, before, patchFile }, signal);
    const conversation = await converse(reviewer, question, signal);
    const evidence = await turnEvidence(reviewer, conversation, scope.coverage);
    const record = reviewRecord({ reviewer, conversation, shown, evidence });
    const failure = voidOf(conversation.turns, evidence.sandboxes) ?? nothingSeen(evidence.reading);
    const shared = { coverage: scope.coverage, record, notice };
    const { parts } = prepared;
    return outcomeOf(conversation, { shared, parts, key, before, failure });
  } finally {
    if (patchFile !== undefined) rmSync(patchFile, { force: true });
    await giveBack(reviewer, task.config.keepThreads);
  }
}

function blobsOf({ files }: ShownScope): readonly ObjectId[] {
  return files.flatMap(({ file }) => [file.oldBlob, file.newBlob].flatMap((blob) => blob ?? []));
}

type Recorded = {
  readonly shared: Pick<NewVerdict, "coverage" | "record" | "notice">;
  readonly parts: NewVerdict["parts"];
  readonly key: NewVerdict["keep"]["key"];
  readonly before: FindingsBefore;
  /** Why nothing of it counts, whatever was answered. */
  readonly failure: Failure | undefined;
};

function outcomeOf(
  { findings, result, answer }: Conversation,
  { shared, parts, key, before, failure }: Recorded,
): Review {
  if (failure !== undefined) return { ...shared, kind: "no-verdict", failure, findings };
  if (result.kind === "no-verdict") return { ...shared, ...result, findings };
  if (answer === undefined) throw new Error("a verdict was given without an answer");
  const { decision } = answer;
  const summary = redacted(answer.summary).text;
  const kept = findingsToKeep(findings, before);
  const keep = { key, decision, summary, model: shared.record.model, findings: kept };
  const { standing } = before;
  const ledger = ledgerAfter(before.ledger, { checked: findings, standing, round: shared.record.round });
  return { ...shared, ...result, parts, findings, ledger, keep };
}

type Asked = {
  readonly shown: ShownToReviewer;
  readonly before: FindingsBefore;
  readonly patchFile: string | undefined;
};

async function questionOf(
  task: ReviewTask,
  { shown, before, patchFile }: Asked,
  signal: AbortSignal,
): Promise<Question> {
  const { scopes, round } = shown;
  const conventions = await projectInstructions(task, signal);
  return {
    prompt: (nonce) =>
      reviewPrompt({
        nonce,
        intent: task.intent,
        claim: task.claim,
        projectInstructions: conventions,
        scope: scopes[0],
        ledger: before.ledger,
        patchFile,
        round,
      }),
    check: async ({ findings }, limit) =>
      findings.length === 0
        ? []
        : checkFindings(findings, before.evidence ?? (await readEvidence(task, scopes, limit)), before.rules),
    blockSeverity: task.config.blockSeverity,
  };
}

/** What is lost here is tidiness, never a verdict: the keeper ends what is left. */
async function giveBack({ server, thread }: Reviewer, keep: boolean): Promise<void> {
  try {
    await closeReviewThread(server, thread, { keep }, AbortSignal.timeout(CLOSE_MS));
  } catch {
    // The server is gone, or too slow to be waited for.
  } finally {
    await server.close();
  }
}
