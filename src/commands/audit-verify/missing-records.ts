import { existsSync } from "node:fs";
import type { MissingRecords } from "#audit/records/audit-records.ts";
import type { LedgerAudit } from "#audit/records/ledger.ts";
import type { Locations } from "#runs/locations.ts";
import type { PrunedChain } from "#runs/prune/pruned.ts";
import { receiptNamed } from "#runs/receipts/receipt-files.ts";
import { begunFile, runNamed } from "#runs/records/run-files.ts";

/**
 * Returns what the ledger has and what is neither there nor on record as pruned, the oldest first: runs by
 * a line of the ledger itself, receipts by the notes on sessions.
 */
export function missingRecords(
  locations: Locations,
  { entries }: LedgerAudit,
  pruned: readonly PrunedChain[],
): MissingRecords {
  const missing: { runs: MissingRecords["runs"][number][]; receipts: MissingRecords["receipts"][number][] } =
    { runs: [], receipts: [] };
  const gone = new Set<string>(pruned.map(({ session }) => session));
  for (const [id, lines] of entries) {
    const [first] = lines;
    if (first === undefined || lines.some(({ part }) => part === "pruned")) continue;
    const { at } = first;
    if (first.part === "receipt") {
      const receipt = receiptNamed(locations, id);
      if (receipt === undefined || existsSync(receipt.path) || gone.has(receipt.session)) continue;
      missing.receipts.push({ session: receipt.session, n: receipt.n, at });
    } else {
      const run = runNamed(locations, id);
      if (run !== undefined && !existsSync(begunFile(run))) missing.runs.push({ run: id, at });
    }
  }
  return missing;
}
