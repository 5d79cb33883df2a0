import { digestOf } from "#base/digest.ts";
import type { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { StateFault } from "#runs/fault.ts";
import type { Locations } from "#runs/locations.ts";
import { Receipt, type ReceiptDraft } from "./receipt.ts";
import { receiptName, type StoredReceipt } from "./receipt-files.ts";

/** How a chain ends: how many receipts it has, and the digest of the last one. */
type ChainEnd = { readonly session: SessionId; readonly count: number; readonly head: string | null };

/** Returns the next receipt of a chain, with its name and digest. Nothing is written. */
export function nextReceipt(
  locations: Locations,
  { session, count, head }: ChainEnd,
  draft: ReceiptDraft,
): StoredReceipt {
  const name = receiptName(locations, session, count + 1, new Date(draft.at));
  const place = { schema: "countersign/receipt/2", id: name.id, session, n: name.n, previous: head };
  const receipt = parseShape({ ...draft, ...place }, Receipt);
  return { name, digest: digestOf(receipt), receipt };
}

/** Returns a receipt as its file holds it. */
export function textOfReceipt({ receipt }: StoredReceipt): string {
  return `${JSON.stringify(receipt, null, 2)}\n`;
}

/** Returns what is thrown where another file has the receipt's name. */
export function nameTaken({ name: { path } }: StoredReceipt): StateFault {
  return new StateFault({ kind: "state-corrupt", path, detail: "its name is already taken" });
}
