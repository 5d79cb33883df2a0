import type { Ledger } from "#gate/ledger/ledger.ts";
import { type Coverage, countedFromText } from "#gate/scope/coverage.ts";
import type { ReceiptDraft } from "#runs/receipts/receipt.ts";
import type { Review } from "./review.ts";

/** Returns what a receipt keeps of a review, or of the lack of one. */
export function receiptOfReview(
  review: Review | undefined,
): Pick<ReceiptDraft, "scope" | "review" | "known" | "findings" | "ledger" | "paused"> {
  const nothing = { review: null, known: null, findings: [], ledger: [] };
  if (review === undefined) return { ...nothing, scope: null };
  const scope = receiptScope(review.coverage);
  const found = { ...nothing, scope, findings: "findings" in review ? [...review.findings] : [] };
  switch (review.kind) {
    case "nothing-to-show":
      return found;
    case "paused":
      // Nothing of it was shown to anybody.
      return { ...nothing, scope: null, paused: review.pause };
    case "known": {
      const { receipt, session } = review.from;
      return { ...found, known: { receipt, session }, ledger: standings(review.ledger) };
    }
    case "verdict":
      return { ...found, review: review.record, ledger: standings(review.ledger) };
    case "no-verdict":
      return { ...found, review: review.record };
  }
}

function standings(ledger: Ledger): ReceiptDraft["ledger"] {
  return ledger.map(({ id, formerly, state, why }) => ({ id, formerly, state, why }));
}

type ReceiptScope = NonNullable<ReceiptDraft["scope"]>;

/** Each path with the blobs that a signature is about. */
function receiptScope(coverage: Coverage): ReceiptScope {
  const { shown, partly, notCovered, redacted, leftOut, uncertain, rules } = coverage;
  const counted = countedFromText(coverage);
  const listed = (files: Coverage["shown"], part: boolean): ReceiptScope["shown"] =>
    files.map(({ path, oldPath, oldBlob, newBlob, modes }) => ({
      path,
      ...(oldPath === null ? {} : { oldPath }),
      old: oldBlob,
      new: newBlob,
      ...(modes === undefined ? {} : { modes }),
      part,
    }));
  return {
    shown: [...listed(shown, false), ...listed(partly, true)],
    notCovered: notCovered.map(({ path, why }) => ({ path, why })),
    redacted: [...redacted],
    leftOut: [...leftOut],
    uncertain: [...uncertain],
    notes: [
      ...rules.map((rule) => `git's ${rule} rules changed`),
      ...(counted === undefined ? [] : [counted]),
    ],
  };
}
