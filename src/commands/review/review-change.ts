import { closeReviewThread } from "#codex/review-thread.ts";
import { codexServer } from "#commands/hooks/codex-server.ts";
import { nothingSeen } from "#gate/blindness.ts";
import type { Failure } from "#gate/failure.ts";
import { reviewPrompt } from "#gate/prompt.ts";
import { voidOf } from "#gate/void-verdict.ts";
import { checkAnswer } from "./check-answer.ts";
import { type Conversation, converse, type Question } from "./converse.ts";
import { keyOf, knownVerdict } from "./known-verdict.ts";
import { openReviewer, type Reviewer } from "./open-reviewer.ts";
import { prepareReview } from "./prepare-review.ts";
import { projectInstructions } from "./project-instructions.ts";
import type { NewVerdict, Review } from "./review.ts";
import { reviewRecord } from "./review-record.ts";
import type { ReviewTask } from "./review-task.ts";
import { turnEvidence } from "./turn-evidence.ts";
import { type ShownToReviewer, whatToShow } from "./what-to-show.ts";

/** The thread and the connection are given back within this, also when the review was ended from outside. */
const CLOSE_MS = 3_000;

/**
 * Returns what comes of reviewing a change. The one that was reviewed before has the verdict that it
 * had; any other is shown to the reviewer.
 *
 * @throws CodexFault, GitFault, or `signal`'s reason: then there was no completed turn.
 */
export async function reviewChange(task: ReviewTask, signal: AbortSignal): Promise<Review> {
  const prepared = await prepareReview(task, signal);
  if (prepared.scope.kind === "nothing-to-show") return prepared.scope;
  const { coverage } = prepared.scope;
  const options = await codexServer(task.place, task.config, signal);
  const key = keyOf(task, coverage, options);
  const known = await knownVerdict(task, coverage, key);
  if (typeof known === "object") return known;
  const { earlier } = prepared;
  const resume = earlier?.delta === undefined ? undefined : (earlier.state.threadId ?? undefined);
  const reviewer = await openReviewer(task, { options, resume }, signal);
  try {
    const shown = whatToShow(prepared, prepared.scope, reviewer);
    const question = await questionOf(task, shown, signal);
    const conversation = await converse(reviewer, question, signal);
    const evidence = await turnEvidence(reviewer, conversation, coverage);
    const record = reviewRecord({ reviewer, conversation, shown, evidence });
    const failure = voidOf(conversation.turns, evidence.sandboxes) ?? nothingSeen(evidence.reading);
    return outcomeOf(conversation, { coverage, record, key, failure, notice: known });
  } finally {
    await giveBack(reviewer, task.config.keepThreads);
  }
}

type Recorded = Pick<NewVerdict, "coverage" | "record" | "notice"> & {
  readonly key: NewVerdict["keep"]["key"];
  /** Why nothing of it counts, whatever was answered. */
  readonly failure: Failure | undefined;
};

function outcomeOf(
  { findings, result, answer }: Conversation,
  { key, failure, ...shared }: Recorded,
): Review {
  if (failure !== undefined) return { ...shared, kind: "no-verdict", failure, findings };
  if (result.kind === "no-verdict") return { ...shared, ...result, findings };
  if (answer === undefined) throw new Error("a verdict was given without an answer");
  const { decision, summary } = answer;
  const keep = { key, decision, summary, model: shared.record.model, findings };
  return { ...shared, ...result, findings, keep };
}

async function questionOf(
  task: ReviewTask,
  { scopes, round }: ShownToReviewer,
  signal: AbortSignal,
): Promise<Question> {
  const conventions = await projectInstructions(task, signal);
  return {
    prompt: (nonce) =>
      reviewPrompt({
        nonce,
        intent: task.intent,
        claim: task.claim,
        projectInstructions: conventions,
        scope: scopes[0],
        round,
      }),
    check: (answer, limit) => checkAnswer(task, scopes, answer, limit),
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
