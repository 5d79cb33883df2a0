import { packageVersion } from "#commands/installation.ts";
import { receiptOfReview } from "#commands/review/receipt-of-review.ts";
import { failureRecord } from "#gate/failure/failure-message.ts";
import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import type { ReceiptDraft } from "#runs/receipts/receipt.ts";
import type { ConcludedCase, Ending } from "./stop-case.ts";

/** Returns what a receipt says of an ending, before it has its place in the session's chain. */
export function receiptOf(stop: ConcludedCase, ending: Ending, seconds: number): ReceiptDraft {
  const { look, review, outcome, failure, reviewer } = ending;
  return {
    at: stop.call.askedAt.toISOString(),
    event: "Stop",
    outcome,
    promptId: stop.input.prompt_id ?? null,
    repository: look === undefined ? null : { root: look.tree.repository.root, head: look.snapshot.head },
    configDigest: stop.session.pinned.digest,
    baseline: look?.baseline === undefined ? null : stateOf(look.baseline.snapshot),
    snapshot: look === undefined ? null : stateOf(look.snapshot),
    ...receiptOfReview(review),
    ...(reviewer === undefined ? {} : { reviewer }),
    failure: failure === undefined ? null : failureRecord(failure),
    seconds,
    ...named(stop),
    version: packageVersion(),
  };
}

/** Those of the session's first stop, unless its process has taken up others since. */
function named({ plugins }: ConcludedCase): Pick<ReceiptDraft, "plugins"> {
  if (plugins === undefined) return {};
  const { marks, ...inForce } = plugins;
  return { plugins: inForce };
}

function stateOf(snapshot: Snapshot): NonNullable<ReceiptDraft["snapshot"]> {
  return { tree: snapshot.tree, fingerprint: fingerprintOf(snapshot) };
}
