import { oneLine } from "#base/text.ts";
import { STRANGE } from "#codex/server/strange-server.ts";
import type { Failure } from "#gate/failure/failure.ts";
import type { Pause } from "#gate/failure/pause.ts";
import type { Ledger } from "#gate/ledger/ledger.ts";
import { type Coverage, countedFromText } from "#gate/scope/coverage.ts";
import type { CheckedFinding } from "#gate/verdict/finding.ts";
import type { Verdict } from "#gate/verdict/verdict.ts";
import type { ReceiptReview } from "#runs/receipts/receipt.ts";
import type { KeptVerdict } from "#runs/receipts/verdict-file.ts";
import type { ShownPart } from "./signed-snapshot.ts";

type Seen = { readonly coverage: Coverage; readonly findings: readonly CheckedFinding[] };
type Asked = Seen & {
  readonly record: ReceiptReview;
  /** What the user should know beside the outcome. */
  readonly notice: string | undefined;
};
type Judged = Seen & {
  readonly verdict: Verdict;
  /** All findings of this work tree, as they stand afterwards. */
  readonly ledger: Ledger;
  /** What was shown of the files that the coverage calls shown in part. */
  readonly parts: readonly ShownPart[];
};

/** A verdict of this moment, with what is kept of it for whoever brings the same change again. */
export type NewVerdict = Asked &
  Judged & {
    readonly kind: "verdict";
    readonly keep: Pick<KeptVerdict, "key" | "decision" | "summary" | "model"> & {
      readonly findings: Seen["findings"];
    };
  };

/** The verdict that exactly this change had before, judged by the rules of now. Nobody was asked. */
export type KnownVerdict = Judged & { readonly kind: "known"; readonly from: KeptVerdict };

/** What came of a review. */
export type Review =
  | { readonly kind: "nothing-to-show"; readonly coverage: Coverage }
  /** Nobody was asked. */
  | { readonly kind: "paused"; readonly coverage: Coverage; readonly pause: Pause }
  | (Asked & { readonly kind: "no-verdict"; readonly failure: Failure })
  | NewVerdict
  | KnownVerdict;

/** Returns what the user should know of a review beside its outcome. */
export function noticesOf(review: Review | undefined): readonly string[] {
  if (review === undefined || review.kind === "paused") return [];
  const own = "notice" in review && review.notice !== undefined ? [review.notice] : [];
  const server = "record" in review ? strangeServer(review.record.notShared ?? "") : [];
  return [...recounted(review.coverage), ...server, ...own];
}

/** It was not asked: a private server was. */
function strangeServer(notShared: string): readonly string[] {
  if (!notShared.includes(STRANGE)) return [];
  return [
    `Countersign: ${oneLine(notShared)}, so it was not asked, and this review had a server of its own. If it was not you who put it there, ask who did.`,
  ];
}

function recounted(coverage: Coverage): readonly string[] {
  const counted = countedFromText(coverage);
  if (counted === undefined) return [];
  return [
    `Countersign: this change is ${counted}. Edits that were there before, or were signed already, are shown again; what was undone back to that state cannot be seen. There is nothing to do: a signature makes a new baseline.`,
  ];
}
