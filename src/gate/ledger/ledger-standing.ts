import type { Coverage } from "#gate/scope/coverage.ts";
import type { Evidence } from "#gate/verdict/evidence.ts";
import { placesOf } from "./known-finding.ts";
import type { Ledger } from "./ledger.ts";

/** Whether the lines of a finding are there: `unseen` where its file was left out of what is shown. */
export type Standing = "stands" | "gone" | "unseen";

/** Returns for each finding of the ledger, by its id, whether its own lines stand in what is shown now. */
export function standingOf(
  ledger: Ledger,
  evidence: Evidence,
  { notCovered }: Pick<Coverage, "notCovered">,
): ReadonlyMap<string, Standing> {
  const unseen = new Set(notCovered.flatMap(({ path, oldPath }) => [path, oldPath]));
  return new Map(
    ledger.map((entry) => {
      if (placesOf(entry, evidence).length > 0) return [entry.id, "stands"];
      return [entry.id, unseen.has(entry.finding.file) ? "unseen" : "gone"];
    }),
  );
}
