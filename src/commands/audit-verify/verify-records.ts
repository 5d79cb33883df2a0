import { claimsOfReceipt } from "#audit/evidence/claims-of-receipt.ts";
import { claimsOfRun } from "#audit/evidence/claims-of-run.ts";
import type { RecordEvidence } from "#audit/evidence/evidence.ts";
import type { RunClaims } from "#audit/evidence/run-claims.ts";
import {
  auditRecords,
  claimantsOf,
  type MissingRecords,
  type RecordsAudit,
} from "#audit/records/audit-records.ts";
import type { Chain } from "#audit/records/chain.ts";
import type { LedgerAudit } from "#audit/records/ledger.ts";
import type { Call } from "#commands/command.ts";
import type { Locations } from "#runs/locations.ts";
import type { StoredRun } from "#runs/records/run-files.ts";
import { askedFiles } from "./asked-files.ts";
import { gatherEvidence } from "./gather-evidence.ts";
import type { StoredRuns } from "./record-store.ts";

/** What is on record, and which of it is to be judged. */
export type Records = {
  readonly chains: readonly Chain[];
  readonly stored: StoredRuns;
  readonly ledger: LedgerAudit;
  readonly missing: MissingRecords;
  /** Which records are judged; the others are there for their chain, and for what they claim. */
  readonly only: (record: Named) => boolean;
};

/** A record as it is chosen: by its id, and when it was written (ISO 8601, UTC). */
type Named = { readonly id: string; readonly at: string };

type Claimed = { readonly claims: RunClaims; readonly run: StoredRun | undefined; readonly at: string };

/**
 * Judges records: whether they are what was written, and whether what they say took place.
 *
 * @throws `signal`'s reason.
 */
export async function verifyRecords(
  call: Call,
  locations: Locations,
  records: Records,
): Promise<RecordsAudit> {
  const { chains, stored, ledger, missing, only } = records;
  const claimed = [...chains.flatMap(claimsOfChain), ...stored.runs.flatMap(claimsOfStored)];
  const evidence = new Map<string, RecordEvidence>();
  for (const { claims, run, at } of claimed) {
    if (!only({ id: claims.id, at })) continue;
    evidence.set(claims.id, await gatherEvidence({ call, locations, run }, claims, call.signal));
  }
  const judged = stored.runs.filter(({ name, begun }) => only({ id: name.id, at: begun.at }));
  return auditRecords({
    chains,
    isJudged: only,
    runs: judged.map((run) => ({ run, asked: askedFiles(run.name) })),
    unreadableRuns: stored.unreadable,
    ledger,
    missing,
    evidence,
    claimants: claimantsOf(claimed.map(({ claims }) => claims)),
  });
}

/** By the name that a file has, for what it says of itself may be another's. */
function claimsOfChain({ receipts }: Chain): readonly Claimed[] {
  return receipts.flatMap(({ name, receipt }) => {
    const claims = claimsOfReceipt(receipt);
    return claims === undefined
      ? []
      : [{ claims: { ...claims, id: name.id }, run: undefined, at: receipt.at }];
  });
}

function claimsOfStored(run: StoredRun): readonly Claimed[] {
  const { name, begun, ended } = run;
  const claims = ended === undefined ? undefined : claimsOfRun(begun, ended);
  return claims === undefined ? [] : [{ claims: { ...claims, id: name.id }, run, at: begun.at }];
}
