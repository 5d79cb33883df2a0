import type { StoredReceipt } from "#runs/receipts/receipt-files.ts";
import type { Chain } from "./chain.ts";
import type { LedgerAudit, LedgerEntry } from "./ledger.ts";
import type { RunFinding } from "./run-finding.ts";

/** Returns the lines that the ledger has of a receipt: one for a review from a shell, and none for any other. */
export function entriesOfReceipt({ entries }: LedgerAudit, id: string): readonly LedgerEntry[] {
  return (entries.get(id) ?? []).filter(({ part }) => part === "receipt");
}

/** Checks that the receipts of a chain are those that the ledger of runs has, as far as it has them. */
export function checkEntered({ session, receipts }: Chain, ledger: LedgerAudit): readonly RunFinding[] {
  return receipts.flatMap((stored): readonly RunFinding[] => {
    const detail = misfitOf(stored, entriesOfReceipt(ledger, stored.name.id));
    return detail === undefined ? [] : [{ kind: "receipt-edited", session, receipt: stored.name.id, detail }];
  });
}

function misfitOf(
  { digest, receipt }: StoredReceipt,
  [line, ...more]: readonly LedgerEntry[],
): string | undefined {
  if (line === undefined) return undefined;
  if (more.length > 0) return `the ledger of runs has ${more.length + 1} lines of it`;
  if (line.digest !== digest) return "the ledger of runs holds another digest of it";
  return line.at === receipt.at ? undefined : `the ledger of runs has it at ${line.at}`;
}
