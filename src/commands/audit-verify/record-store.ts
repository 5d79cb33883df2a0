import type { Chain, ChainEnd } from "#audit/records/chain.ts";
import { checkLedger, type LedgerAudit } from "#audit/records/ledger.ts";
import { onState } from "#runs/fault.ts";
import type { Locations } from "#runs/locations.ts";
import { type PrunedChain, prunedChains } from "#runs/prune/pruned.ts";
import type { ReceiptName } from "#runs/receipts/receipt-files.ts";
import { listReceipts, type ReceiptFilter, type ReceiptList } from "#runs/receipts/receipts.ts";
import { readLedger } from "#runs/records/ledger-lines.ts";
import { readRun, runNames, type StoredRun, type UnreadableRun } from "#runs/records/run-files.ts";
import { laterVersion } from "#runs/schema-version.ts";
import { listSessions } from "#runs/sessions/session-file.ts";

/** Runs as they lie on disk, the latest first. */
export type StoredRuns = {
  readonly runs: readonly StoredRun[];
  readonly unreadable: readonly UnreadableRun[];
};

/** Returns the chains of receipts, one for each session that has receipts or whose file says that it had. */
export async function storedChains(
  locations: Locations,
  filter: ReceiptFilter,
): Promise<{ readonly chains: readonly Chain[]; readonly pruned: readonly PrunedChain[] }> {
  const list = await listReceipts(locations, filter);
  return await onState(async () => {
    const pruned = prunedChains(locations);
    return { chains: chainsOf(locations, { list, pruned }, filter.session), pruned };
  });
}

/** Returns the runs of the days since then (ISO 8601, UTC); all by default. */
export async function storedRuns(locations: Locations, since?: string): Promise<StoredRuns> {
  return await onState(async () => {
    const runs: StoredRun[] = [];
    const unreadable: UnreadableRun[] = [];
    for (const name of runNames(locations, since)) {
      const read = readRun(name);
      if (read.kind === "run") runs.push(read.run);
      if (read.kind === "unreadable") unreadable.push(read);
    }
    return { runs, unreadable };
  });
}

/** Returns the ledger of runs as it was found to be. */
export async function storedLedger(locations: Locations): Promise<LedgerAudit> {
  return await onState(async () => checkLedger(readLedger(locations)));
}

type Listed = { readonly list: ReceiptList; readonly pruned: readonly PrunedChain[] };

function chainsOf(
  locations: Locations,
  { list, pruned }: Listed,
  only: ReceiptFilter["session"],
): readonly Chain[] {
  const ends = sessionEnds(locations, only);
  const gone = new Map<string, PrunedChain>(pruned.map((one) => [one.session, one]));
  const receipts = bySession(list.receipts);
  const unreadable = bySession(list.unreadable);
  return [...new Set([...receipts.keys(), ...unreadable.keys(), ...ends.keys()])].sort().map((session) => ({
    session,
    receipts: receipts.get(session) ?? [],
    unreadable: unreadable.get(session) ?? [],
    end: ends.get(session) ?? { kind: "none" },
    pruned: gone.get(session),
  }));
}

function bySession<T extends { readonly name: ReceiptName }>(
  records: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const record of records) {
    const same = found.get(record.name.session);
    if (same === undefined) found.set(record.name.session, [record]);
    else same.push(record);
  }
  return found;
}

function sessionEnds(locations: Locations, only: ReceiptFilter["session"]): ReadonlyMap<string, ChainEnd> {
  const ends = new Map<string, ChainEnd>();
  for (const { id, read } of listSessions(locations)) {
    if (only !== undefined && id !== only) continue;
    if (read.kind === "session") ends.set(id, { kind: "recorded", receipts: read.session.receipts });
    if (read.kind === "corrupt") ends.set(id, { kind: "unreadable", path: read.path, detail: read.detail });
    if (read.kind === "newer") {
      ends.set(id, { kind: "unreadable", path: read.path, detail: laterVersion(read.schema) });
    }
  }
  return ends;
}
