import type { MissingRecords } from "#audit/records/audit-records.ts";
import type { Chain } from "#audit/records/chain.ts";
import type { LedgerAudit } from "#audit/records/ledger.ts";
import { runReport } from "#audit/records/run-report.ts";
import { exitCodeOf, verdictOf } from "#audit/records/run-verdict.ts";
import type { SessionId } from "#base/ids.ts";
import { count } from "#base/text.ts";
import { type Call, printJson } from "#commands/command.ts";
import type { Locations } from "#runs/locations.ts";
import { type PrunedChain, prunedText } from "#runs/prune/pruned.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";
import { anchoringOf, anchorText } from "./anchoring.ts";
import { missingRecords } from "./missing-records.ts";
import { type StoredRuns, storedChains, storedLedger, storedRuns } from "./record-store.ts";
import { findingsJson, receiptJson, runJson } from "./verify-json.ts";
import { verifyRecords } from "./verify-records.ts";

/** Which records: all by default. `since` is in epoch milliseconds. */
export type Scope = { readonly session: SessionId | undefined; readonly since: number | undefined };

/** Judges every record of the scope, and prints how many are what, and what is wrong. Returns the exit code. */
export async function verifyEverything(call: Call, locations: Locations, scope: Scope): Promise<number> {
  const { session, since } = scope;
  const from = since === undefined ? "" : new Date(since).toISOString();
  const { chains, pruned } = await storedChains(locations, { session });
  const stored = await storedRuns(locations, from);
  const ledger = await storedLedger(locations);
  const isRecent = ({ at }: { readonly at: string }): boolean => at >= from;
  const shown = chains.filter((chain) => from === "" || hasAny(chain, isRecent));
  const missing = missingRecords(locations, ledger, pruned);
  const recent = {
    runs: missing.runs.filter(isRecent),
    receipts: missing.receipts.filter(isRecent),
  };
  const records =
    session === undefined
      ? { stored, ledger, missing: recent }
      : { stored: ofSession(stored, session), ...ofLedger(ledger, recent, session) };
  const found = [chains, records.stored.runs, records.missing.receipts];
  if (session !== undefined && found.every(({ length }) => length === 0)) {
    call.stderr.write(`countersign: ${nothingOf(session, pruned)}\n`);
    return 2;
  }
  const audit = await verifyRecords(call, locations, { ...records, chains: shown, only: isRecent });
  const runs = records.stored.runs.length;
  const anchoring = await anchoringOf(locations, { chains: shown, runs }, call.signal);
  const wanted = pruned.filter((one) => session === undefined || one.session === session);
  if (call.flags.has("json")) {
    printJson(call, "audit-verify", {
      verdict: verdictOf(audit.findings),
      ...anchoring,
      receipts: audit.receipts.map(receiptJson),
      runs: audit.runs.map(runJson),
      ledger: { lines: ledger.lines, head: ledger.head ?? null },
      findings: findingsJson(audit.findings),
      pruned: wanted,
    });
  } else call.stdout.write(`${runReport(audit, anchorText(anchoring))}${prunedLine(wanted)}`);
  return exitCodeOf(audit.findings);
}

/** A chain that holds something unreadable could hold it from just then. */
function hasAny({ receipts, unreadable }: Chain, isRecent: (receipt: Receipt) => boolean): boolean {
  return unreadable.length > 0 || receipts.some(({ receipt }) => isRecent(receipt));
}

/** What belongs to no session is not told of one. */
function ofSession({ runs }: StoredRuns, session: SessionId): StoredRuns {
  return { runs: runs.filter(({ begun }) => begun.asker.session === session), unreadable: [] };
}

/** The troubles of the ledger are no session's. */
function ofLedger(
  ledger: LedgerAudit,
  { receipts }: MissingRecords,
  session: SessionId,
): { readonly ledger: LedgerAudit; readonly missing: MissingRecords } {
  const own = receipts.filter((receipt) => receipt.session === session);
  return { ledger: { ...ledger, troubles: [] }, missing: { runs: [], receipts: own } };
}

function nothingOf(session: SessionId, pruned: readonly PrunedChain[]): string {
  const gone = pruned.findLast((one) => one.session === session);
  if (gone !== undefined) return prunedText(gone);
  return `nothing is on record of session ${session}; \`countersign audit runs\` lists what is`;
}

function prunedLine(pruned: readonly PrunedChain[]): string {
  if (pruned.length === 0) return "";
  const receipts = pruned.reduce((sum, one) => sum + one.receipts.count, 0);
  const last = pruned.at(-1)?.at.slice(0, 10);
  return `Not checked, because they were pruned: ${count(pruned.length, "session")} with ${count(receipts, "receipt")}, the last on ${last}.\n`;
}
