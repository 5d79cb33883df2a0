import { writeOnce } from "#base/files.ts";
import type { SessionId } from "#base/ids.ts";
import type { Locations } from "#runs/locations.ts";
import { enterFile } from "#runs/records/run-ledger.ts";
import { nameTaken, nextReceipt, textOfReceipt } from "./next-receipt.ts";
import type { ReceiptDraft } from "./receipt.ts";
import type { StoredReceipt } from "./receipt-files.ts";

/**
 * Writes the receipt of a review that belongs to no session of Claude Code, and enters it in the ledger of
 * runs: no later receipt and no session's file will ever hold its digest. `session` is an id of its own.
 *
 * @throws LockFault where the ledger is held until `signal` fires.
 * @throws StateFault what the file system refuses, or `state-corrupt` where the receipt's name is taken.
 */
export async function writeLoneReceipt(
  locations: Locations,
  session: SessionId,
  draft: ReceiptDraft,
  signal: AbortSignal,
): Promise<StoredReceipt> {
  const lone = nextReceipt(locations, { session, count: 0, head: null }, draft);
  const { path, id } = lone.name;
  const entry = { at: draft.at, record: id, part: "receipt", digest: lone.digest } as const;
  const write = (): boolean => writeOnce(path, textOfReceipt(lone));
  if (!(await enterFile(locations, entry, { path, write }, signal))) throw nameTaken(lone);
  return lone;
}
