import { existsSync } from "node:fs";
import type { LedgerAudit } from "#audit/records/ledger.ts";
import type { Locations } from "#runs/locations.ts";
import { begunFile, runNamed } from "#runs/run-files.ts";

/** Returns the runs that the ledger has and that are neither there nor on record as pruned, the oldest first. */
export function missingRuns(
  locations: Locations,
  { entries }: LedgerAudit,
): readonly { readonly run: string; readonly at: string }[] {
  return [...entries].flatMap(([run, lines]) => {
    const name = runNamed(locations, run);
    const isGone = name !== undefined && !existsSync(begunFile(name));
    const [first] = lines;
    const wasPruned = lines.some(({ part }) => part === "pruned");
    return isGone && !wasPruned && first !== undefined ? [{ run, at: first.at }] : [];
  });
}
