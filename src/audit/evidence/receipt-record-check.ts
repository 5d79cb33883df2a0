import type { Chain } from "#audit/records/chain.ts";
import type { LedgerEntry } from "#audit/records/ledger.ts";
import type { RunFinding } from "#audit/records/run-finding.ts";
import type { StoredReceipt } from "#runs/receipts/receipt-files.ts";
import { fails, holds, type RecordCheck, silent, unknown } from "./evidence.ts";

/**
 * Says whether a receipt is the one that was written, by what its chain and its line in the ledger of runs
 * were found to be (`checkChain`, `checkEntered`). `entries` are its own.
 */
export function receiptRecordCheck(
  stored: StoredReceipt,
  { chain, entries }: { readonly chain: Chain; readonly entries: readonly LedgerEntry[] },
  findings: readonly RunFinding[],
): RecordCheck {
  const wrong = findings
    .map((finding) => accusationOf(finding, stored.name.id))
    .find((text) => text !== undefined);
  if (wrong !== undefined) return fails("record", wrong);
  const voucher = voucherOf(stored, chain);
  if (voucher !== undefined) return holds("record", `as ${voucher} has it`);
  const [line] = entries;
  if (line === undefined) return silent("record", whyNobody(stored, chain));
  return line.doubt === undefined
    ? holds("record", "as the ledger of runs has it")
    : unknown("record", line.doubt);
}

function accusationOf(finding: RunFinding, id: string): string | undefined {
  switch (finding.kind) {
    case "receipt-edited":
    case "receipt-misplaced":
      return finding.receipt === id ? finding.detail : undefined;
    case "chain-forked":
      return finding.receipts.includes(id) ? "another receipt has its number" : undefined;
    default:
      return undefined;
  }
}

/** A last receipt that its own session's file does not know yet is vouched for by nobody. */
function voucherOf({ digest }: StoredReceipt, { receipts, end }: Chain): string | undefined {
  const next = receipts.find(({ receipt }) => receipt.previous === digest);
  if (next !== undefined) return `receipt ${next.receipt.n} of its chain`;
  return end.kind === "recorded" && end.receipts.head === digest ? "the session's file" : undefined;
}

function whyNobody({ receipt: { event, n } }: StoredReceipt, { end }: Chain): string {
  if (event !== "review" || n !== 1 || end.kind !== "none")
    return "it is the last of its chain, and nothing else holds its digest";
  return "nothing else holds its digest: the ledger of runs has no line of it, as of all reviews from a shell that were written before those had one";
}
