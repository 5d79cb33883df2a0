import type { Chain } from "#audit/records/chain.ts";
import { digestOf } from "#base/digest.ts";
import { locationsOf } from "#runs/locations.ts";
import type { Receipt, ReceiptDraft } from "#runs/receipts/receipt.ts";
import { receiptName, type StoredReceipt } from "#runs/receipts/receipt-files.ts";
import { receiptDraft, sessionId } from "./session-values.ts";

const LOCATIONS = locationsOf({ COUNTERSIGN_HOME: "/state" }, "/home/u", "linux");

/** Returns a whole chain of receipts, one for each draft, as the gate would have written it. */
export function wholeChain(drafts: readonly Partial<ReceiptDraft>[], session = "s1"): Chain {
  const receipts: StoredReceipt[] = [];
  for (const [index, own] of drafts.entries()) {
    const draft = receiptDraft({ at: `2026-01-02T03:04:0${index}.000Z`, ...own });
    const name = receiptName(LOCATIONS, sessionId(session), index + 1, new Date(draft.at));
    const receipt: Receipt = {
      ...draft,
      schema: "countersign/receipt/2",
      id: name.id,
      session: sessionId(session),
      n: index + 1,
      previous: receipts.at(-1)?.digest ?? null,
    };
    receipts.push({ name, digest: digestOf(receipt), receipt });
  }
  const end = { count: receipts.length, head: receipts.at(-1)?.digest ?? null };
  return { session, receipts, unreadable: [], end: { kind: "recorded", receipts: end } };
}

/** Returns the chain with one receipt changed on disk after it was written. */
export function withEdited(chain: Chain, n: number, own: Partial<Receipt>): Chain {
  return {
    ...chain,
    receipts: chain.receipts.map((stored) => {
      if (stored.receipt.n !== n) return stored;
      const receipt = { ...stored.receipt, ...own };
      return { ...stored, receipt, digest: digestOf(receipt) };
    }),
  };
}

/** Returns the chain without one of its receipts. */
export function without(chain: Chain, n: number): Chain {
  return { ...chain, receipts: chain.receipts.filter(({ receipt }) => receipt.n !== n) };
}
