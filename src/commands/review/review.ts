import type { Coverage } from "#gate/coverage.ts";
import type { Failure } from "#gate/failure.ts";
import type { CheckedFinding } from "#gate/finding.ts";
import type { Verdict } from "#gate/verdict.ts";
import type { ReceiptReview } from "#runs/receipt.ts";

type Answered = {
  readonly coverage: Coverage;
  readonly findings: readonly CheckedFinding[];
  readonly record: ReceiptReview;
};

/** What came of a review: a verdict, no verdict although a turn ran, or nothing that could be shown. */
export type Review =
  | { readonly kind: "nothing-to-show"; readonly coverage: Coverage }
  | (Answered & { readonly kind: "no-verdict"; readonly failure: Failure })
  | (Answered & { readonly kind: "verdict"; readonly verdict: Verdict });
