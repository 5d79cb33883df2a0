import { claimsOfReceipt } from "#audit/evidence/claims-of-receipt.ts";
import { claimsOfRun } from "#audit/evidence/claims-of-run.ts";
import type { RecordCheck, RecordEvidence, Standing } from "#audit/evidence/evidence.ts";
import { type Judgement, judgeRecord } from "#audit/evidence/judge-record.ts";
import { receiptRecordCheck } from "#audit/evidence/receipt-record-check.ts";
import type { RunClaims } from "#audit/evidence/run-claims.ts";
import { type AskedFiles, runRecordChecks } from "#audit/evidence/run-record-checks.ts";
import type { StoredReceipt } from "#runs/receipts/receipt-files.ts";
import type { StoredRun, UnreadableRun } from "#runs/records/run-files.ts";
import { type Chain, checkChain } from "./chain.ts";
import { checkEntered, entriesOfReceipt } from "./entered-receipts.ts";
import type { LedgerAudit, LedgerEntry } from "./ledger.ts";
import { findingsOfRecord } from "./record-findings.ts";
import type { RunFinding } from "./run-finding.ts";

type VerifiedReceipt = {
  readonly id: string;
  readonly session: string;
  readonly n: number;
  readonly standing: Standing;
  readonly checks: readonly RecordCheck[];
};

type VerifiedRun = {
  readonly id: string;
  readonly kind: RunClaims["source"];
  readonly standing: Standing;
  readonly checks: readonly RecordCheck[];
};

/** What verifying answers: each record's standing, the latest first, and all that was found. */
export type RecordsAudit = {
  readonly receipts: readonly VerifiedReceipt[];
  readonly runs: readonly VerifiedRun[];
  readonly findings: readonly RunFinding[];
};

/** Records of which the ledger tells and that are not there; `at` is when they were entered. */
export type MissingRecords = {
  readonly runs: readonly { readonly run: string; readonly at: string }[];
  readonly receipts: readonly { readonly session: string; readonly n: number; readonly at: string }[];
};

/** All that is on record, and the evidence for it, by the records' ids. */
export type RecordsAndEvidence = {
  readonly chains: readonly Chain[];
  /** Which receipts are judged; the others of their chain are there to vouch for them. */
  readonly isJudged: (receipt: { readonly id: string; readonly at: string }) => boolean;
  readonly runs: readonly { readonly run: StoredRun; readonly asked: AskedFiles }[];
  readonly unreadableRuns: readonly UnreadableRun[];
  readonly ledger: LedgerAudit;
  readonly missing: MissingRecords;
  readonly evidence: ReadonlyMap<string, RecordEvidence>;
  /** Which record was the first to claim a turn, by `thread/turn`. */
  readonly claimants: ReadonlyMap<string, string>;
};

const NO_EVIDENCE: RecordEvidence = { checks: [], rollouts: [], sameFolders: [] };

/** Judges records of all kinds: whether they are what was written, and whether what they say took place. */
export function auditRecords(all: RecordsAndEvidence): RecordsAudit {
  const chains = all.chains.map((chain) => auditChain(chain, all));
  const runs = all.runs.map((one) => auditRun(one, all));
  return {
    receipts: latestFirst(chains.flatMap(({ receipts }) => receipts)),
    runs: latestFirst(runs.map(({ verified }) => verified)),
    findings: [
      ...chains.flatMap(({ findings }) => findings),
      ...all.ledger.troubles,
      ...all.missing.receipts.map(({ session, n }): RunFinding => ({ kind: "receipt-missing", session, n })),
      ...all.missing.runs.map(({ run, at }): RunFinding => ({ kind: "run-missing", run, at })),
      ...all.unreadableRuns.map(({ name, path, detail }): RunFinding => {
        return { kind: "run-unreadable", run: name.id, path, detail };
      }),
      ...runs.flatMap(({ findings }) => findings),
    ],
  };
}

/** Returns which record was the first to claim each turn: a turn is one run's. */
export function claimantsOf(claims: readonly RunClaims[]): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const inOrder = claims.toSorted((a, b) => (a.began ?? 0) - (b.began ?? 0) || (a.id < b.id ? -1 : 1));
  for (const { id, threadId, turnIds } of inOrder) {
    for (const turn of turnIds) {
      const key = `${threadId}/${turn}`;
      if (!first.has(key)) first.set(key, id);
    }
  }
  return first;
}

function auditChain(
  chain: Chain,
  all: RecordsAndEvidence,
): { readonly receipts: readonly VerifiedReceipt[]; readonly findings: readonly RunFinding[] } {
  const links = [...checkChain(chain), ...checkEntered(chain, all.ledger)];
  const wanted = chain.receipts.filter(({ name, receipt }) => all.isJudged({ id: name.id, at: receipt.at }));
  const judged = wanted.map((stored) => ({ stored, ...judgeReceipt(stored, { chain, links }, all) }));
  return {
    receipts: judged.map(({ stored: { name }, standing, checks }) => {
      return { id: name.id, session: name.session, n: name.n, standing, checks };
    }),
    findings: [
      ...links,
      ...judged.flatMap(({ stored: { name, receipt }, checks, rollouts }) => {
        const thread = receipt.review?.threadId ?? "";
        return findingsOfRecord({ session: name.session, receipt: name.id }, { checks, rollouts, thread });
      }),
    ],
  };
}

type Judged = Judgement & { readonly rollouts: RecordEvidence["rollouts"] };

function judgeReceipt(
  stored: StoredReceipt,
  { chain, links }: { readonly chain: Chain; readonly links: readonly RunFinding[] },
  all: RecordsAndEvidence,
): Judged {
  const entries = entriesOfReceipt(all.ledger, stored.name.id);
  const record = receiptRecordCheck(stored, { chain, entries }, links);
  return judged(claimsOfReceipt(stored.receipt), { id: stored.name.id, record: [record] }, all);
}

function auditRun(
  { run, asked }: RecordsAndEvidence["runs"][number],
  all: RecordsAndEvidence,
): { readonly verified: VerifiedRun; readonly findings: readonly RunFinding[] } {
  const { begun, ended, name } = run;
  const entries: readonly LedgerEntry[] = all.ledger.entries.get(name.id) ?? [];
  const record = runRecordChecks(run, entries, asked);
  const claims = ended === undefined ? undefined : claimsOfRun(begun, ended);
  const { standing, checks, rollouts } = judged(claims, { id: name.id, record }, all);
  const thread = ended?.threadId ?? "";
  return {
    verified: { id: name.id, kind: begun.kind, standing, checks },
    findings: findingsOfRecord({ run: name.id }, { checks, rollouts, thread }),
  };
}

/** A record that claims nothing is still one that was written, or was not. */
function judged(
  claims: RunClaims | undefined,
  { id, record }: { readonly id: string; readonly record: readonly RecordCheck[] },
  { evidence, claimants }: RecordsAndEvidence,
): Judged {
  const found = evidence.get(id) ?? NO_EVIDENCE;
  if (claims === undefined) {
    const checks = [...record, ...found.checks];
    const isWrong = checks.some(({ result }) => result === "fails");
    return { standing: isWrong ? "contradicted" : "nothing-claimed", checks, rollouts: [] };
  }
  const named = { ...claims, id };
  const checks = [...record, ...claimedBefore(named, claimants), ...found.checks];
  return { ...judgeRecord(named, { ...found, checks }), rollouts: found.rollouts };
}

function claimedBefore(
  { id, threadId, turnIds }: RunClaims,
  claimants: ReadonlyMap<string, string>,
): readonly RecordCheck[] {
  const other = turnIds.map((turn) => claimants.get(`${threadId}/${turn}`)).find((one) => (one ?? id) !== id);
  if (other === undefined) return [];
  return [{ name: "turns", result: "fails", detail: `${other} claims the same turn`, silent: false }];
}

function latestFirst<T extends { readonly id: string }>(records: readonly T[]): readonly T[] {
  return records.toSorted((a, b) => (a.id < b.id ? 1 : -1));
}
