import { count } from "#base/text.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";

/** Returns an outcome in a few words, for a table or a list. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "allowed":
      return outcome.partial ? "allowed (partial)" : "allowed";
    case "blocked":
      return `blocked (${outcome.round} of ${outcome.of})`;
    case "skipped":
    case "deferred":
    case "capped":
      return `${outcome.kind} (${outcome.why})`;
    case "failed":
      return `failed (${outcome.class})`;
    case "advised":
    case "unresolved":
    case "joined":
      return outcome.kind;
  }
}

/** Returns how much was shown and how much of it counts, in a few words. */
export function reviewText(receipt: Receipt): string {
  if (receipt.scope === null) return "";
  const counting = receipt.findings.filter((finding) => finding.status === "counts").length;
  const shown = count(receipt.scope.shown.length, "file");
  return counting === 0 ? shown : `${shown}, ${count(counting, "finding")}`;
}

/** Returns `2026-01-31 12:34:56`, UTC as in the names of the files. */
export function momentText(moment: string): string {
  return moment.slice(0, 19).replace("T", " ");
}
