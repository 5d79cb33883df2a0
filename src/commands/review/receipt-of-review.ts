import type { Coverage } from "#gate/coverage.ts";
import type { ReceiptDraft } from "#runs/receipt.ts";
import type { Review } from "./review.ts";

/** Returns what a receipt keeps of a review, or of the lack of one. */
export function receiptOfReview(
  review: Review | undefined,
): Pick<ReceiptDraft, "scope" | "review" | "known" | "findings"> {
  const nothing = { review: null, known: null, findings: [] };
  if (review === undefined) return { ...nothing, scope: null };
  const scope = receiptScope(review.coverage);
  switch (review.kind) {
    case "nothing-to-show":
      return { ...nothing, scope };
    case "known": {
      const { receipt, session } = review.from;
      return { scope, review: null, known: { receipt, session }, findings: [...review.findings] };
    }
    case "verdict":
    case "no-verdict":
      return { scope, review: review.record, known: null, findings: [...review.findings] };
  }
}

type ReceiptScope = NonNullable<ReceiptDraft["scope"]>;

/** Each path with the blobs that a signature is about. */
function receiptScope({ shown, partly, notCovered, rules }: Coverage): ReceiptScope {
  const listed = (files: Coverage["shown"], part: boolean): ReceiptScope["shown"] =>
    files.map(({ path, oldPath, oldBlob, newBlob }) => ({
      path,
      ...(oldPath === null ? {} : { oldPath }),
      old: oldBlob,
      new: newBlob,
      part,
    }));
  return {
    shown: [...listed(shown, false), ...listed(partly, true)],
    notCovered: notCovered.map(({ path, why }) => ({ path, why })),
    notes: rules.map((rule) => `git's ${rule} rules changed`),
  };
}
