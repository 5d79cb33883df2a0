import type { SessionId } from "#base/ids.ts";
import { CodexFault } from "#codex/fault.ts";
import { failureOf } from "#commands/failure-of.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import { packageVersion } from "#commands/installation.ts";
import { rememberVerdict } from "#commands/review/known-verdict.ts";
import { receiptOfReview } from "#commands/review/receipt-of-review.ts";
import type { Review } from "#commands/review/review.ts";
import { noticesOf } from "#commands/review/review.ts";
import { reviewChange } from "#commands/review/review-change.ts";
import type { ReviewPlace, ReviewTask, ReviewTrace } from "#commands/review/review-task.ts";
import type { Config } from "#gate/config.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { failureDetail, failureRecord } from "#gate/failure/failure-message.ts";
import { pauseText } from "#gate/failure/pause-text.ts";
import { isPartial } from "#gate/scope/coverage.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { writeLoneReceipt } from "#runs/receipts/lone-receipt.ts";
import { type ReceiptDraft, receiptHandle } from "#runs/receipts/receipt.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { dismissals } from "#runs/sessions/dismissals.ts";
import type { ReviewTarget } from "./review-target.ts";

/** Where a review is put on record: in the chain of a session that there is, or by itself under an id of its own. */
type ReviewChain = { readonly kind: "session" | "lone"; readonly session: SessionId };

/** What a person asks to have reviewed, and where it is put on record. */
export type OneReview = {
  readonly place: ReviewPlace;
  readonly config: Config;
  readonly digest: string;
  readonly tree: WatchedTree;
  readonly target: ReviewTarget;
  readonly chain: ReviewChain;
  /** What is remembered of findings from before. */
  readonly ledger: ReviewTask["ledger"];
  /** What an earlier review left out for its size. */
  readonly first: ReviewTask["first"];
  readonly now: Date;
};

export type Reviewed = {
  readonly what: string;
  readonly outcome: Outcome;
  readonly review: Review | undefined;
  readonly failure: Failure | undefined;
  /** What the user should know beside the outcome. */
  readonly notices: readonly string[];
  /** By what a person names the record. */
  readonly receipt: string;
};

/** Recording goes on for so long where the review was ended from outside. */
const RECORD_MS = 10_000;

/**
 * Reviews one change for a person and puts the outcome on record. What goes wrong is an outcome too.
 *
 * @throws LockFault or StateFault where it cannot be recorded.
 */
export async function reviewOnce(one: OneReview, signal: AbortSignal): Promise<Reviewed> {
  const began = Date.now();
  const trace: ReviewTrace = {};
  const ending = await endingOf(one, trace, signal);
  const draft = draftOf(one, { ...ending, trace }, (Date.now() - began) / 1_000);
  const record = AbortSignal.timeout(RECORD_MS);
  const { session } = one.chain;
  const write = one.chain.kind === "lone" ? writeLoneReceipt : writeReceipt;
  const { receipt } = await write(one.place.locations, session, draft, record);
  const notices = [
    ...pauseNotices(trace, ending),
    ...noticesOf(ending.review),
    ...(await rememberVerdict(one.place.locations, ending.review, receipt)),
  ];
  return { what: one.target.what, notices, ...ending, receipt: receiptHandle(receipt) };
}

type Ending = Pick<Reviewed, "outcome" | "review" | "failure">;

async function endingOf(one: OneReview, trace: ReviewTrace, signal: AbortSignal): Promise<Ending> {
  try {
    const { baseline, snapshot } = one.target;
    if (fingerprintOf(baseline) === fingerprintOf(snapshot)) {
      return { outcome: { kind: "skipped", why: "unchanged" }, review: undefined, failure: undefined };
    }
    const review = await reviewChange({ ...taskOf(one), trace }, signal);
    if (review.kind === "no-verdict") return { ...failed(review.failure), review };
    return { outcome: outcomeOf(review), review, failure: undefined };
  } catch (error) {
    return failed(signal.aborted ? endedBy(signal.reason) : failureOf(error));
  }
}

/** By its own limit, or by whoever asked for it. */
function endedBy(reason: unknown): Failure {
  return reason instanceof CodexFault ? reason.failure : { kind: "turn-interrupted" };
}

function taskOf({ place, config, tree, target, ledger, first }: OneReview): Omit<ReviewTask, "trace"> {
  const { baseline, snapshot, countedFrom } = target;
  const nothing = { intent: undefined, claim: undefined, earlier: undefined };
  return {
    place,
    config,
    tree,
    baseline,
    snapshot,
    ledger,
    dismissals: dismissals(place.locations, tree.repository.commonDirectory),
    leftOut: [],
    uncertain: [],
    countedFrom,
    first,
    insists: true,
    ...nothing,
  };
}

function outcomeOf(review: Exclude<Review, { kind: "no-verdict" }>): Outcome {
  if (review.kind === "nothing-to-show") return { kind: "skipped", why: "nothing-to-show" };
  if (review.kind === "paused") throw new Error("a review that a person insists on was put off");
  if (review.verdict.kind === "allow") return { kind: "allowed", partial: isPartial(review.coverage) };
  return { kind: "blocked", round: 1, of: 1 };
}

function failed(failure: Failure): Ending {
  const outcome = {
    kind: "failed",
    class: failure.kind,
    detail: failureDetail(failure),
    blocked: false,
  } as const;
  return { outcome, failure, review: undefined };
}

/** A person asked, so it was tried all the same; where it worked, the stops are reviewed again too. */
function pauseNotices({ pause }: ReviewTrace, { review }: Ending): readonly string[] {
  if (pause === undefined) return [];
  const over = pause.kind === "breaker" && review?.kind === "verdict";
  return [
    `${pauseText(pause)} You asked for this review, so it was made.${over ? " The pause is over." : ""}`,
  ];
}

type Recorded = Ending & { readonly trace: ReviewTrace };

function draftOf(
  one: OneReview,
  { outcome, review, failure, trace }: Recorded,
  seconds: number,
): ReceiptDraft {
  const { target, tree } = one;
  const { reviewer } = trace;
  return {
    at: one.now.toISOString(),
    event: "review",
    outcome,
    promptId: null,
    repository: { root: tree.repository.root, head: target.snapshot.head },
    configDigest: one.digest,
    baseline: stateOf(target.baseline),
    snapshot: stateOf(target.snapshot),
    ...receiptOfReview(review),
    ...(reviewer === undefined ? {} : { reviewer }),
    failure: failure === undefined ? null : failureRecord(failure),
    seconds,
    version: packageVersion(),
  };
}

function stateOf(snapshot: Snapshot): NonNullable<ReceiptDraft["snapshot"]> {
  return { tree: snapshot.tree, fingerprint: fingerprintOf(snapshot) };
}
