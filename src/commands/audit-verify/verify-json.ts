import type { RecordCheck } from "#audit/evidence/evidence.ts";
import type { RecordsAudit } from "#audit/records/audit-records.ts";
import type { RunFinding } from "#audit/records/run-finding.ts";
import { RUN_FINDINGS } from "#audit/records/run-finding-texts.ts";

type Json = Readonly<Record<string, unknown>>;

/** A receipt in a list: of its checks only those that do not hold. */
export function receiptJson({ id, session, n, standing, checks }: RecordsAudit["receipts"][number]): Json {
  return { id, session, n, standing, checks: checks.filter(isOpen).map(checkJson) };
}

/** A run in a list, likewise. */
export function runJson({ id, kind, standing, checks }: RecordsAudit["runs"][number]): Json {
  return { id, kind, standing, checks: checks.filter(isOpen).map(checkJson) };
}

export function checkJson({ name, result, detail }: RecordCheck): Json {
  return { name, result, detail };
}

/** Findings with what they mean and what to do. */
export function findingsJson(findings: readonly RunFinding[]): readonly Json[] {
  return findings.map((finding) => ({ ...RUN_FINDINGS[finding.kind], ...finding }));
}

function isOpen({ result, silent }: RecordCheck): boolean {
  return result !== "holds" && !silent;
}
