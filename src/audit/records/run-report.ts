import type { RecordCheck, Standing } from "#audit/evidence/evidence.ts";
import { count, oneLine } from "#base/text.ts";
import type { RecordsAudit } from "./audit-records.ts";
import type { RunFinding } from "./run-finding.ts";
import { RUN_FINDINGS } from "./run-finding-texts.ts";

const STANDINGS: readonly Standing[] = ["proven", "plausible", "unproven", "contradicted", "nothing-claimed"];

const LIMITS =
  "What this can show: edits of single files, cuts and copies, and records that Codex's own files refute.\n" +
  "What it cannot: all files rewritten together by the same user.";
const UNANCHORED = `${LIMITS} Against that, keep the last record's digest somewhere else.\n`;

/** Returns the audit of the records as text for a person, findings first where there are any. */
export function runReport(audit: RecordsAudit, anchor: string | undefined): string {
  const { receipts, runs, findings } = audit;
  const lines = [
    summaryOf(receipts, "receipt"),
    ...(runs.length === 0 ? [] : [summaryOf(runs, "run")]),
    ...findings.map(findingText),
    "",
    anchor === undefined ? UNANCHORED : `${LIMITS} ${anchor}\n`,
  ];
  return lines.join("\n");
}

/** Returns each check of one record on a line, under its standing. */
export function recordReport(title: string, standing: Standing, checks: readonly RecordCheck[]): string {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const lines = checks.map(
    (check) => `  ${check.name.padEnd(width)}  ${check.result.padEnd(7)}  ${oneLine(check.detail)}`,
  );
  return `${[`${title}: ${standing.replace("-", " ")}`, ...lines].join("\n")}\n`;
}

function summaryOf(records: readonly { readonly standing: Standing }[], noun: string): string {
  const numbers = STANDINGS.map((standing) => {
    return { standing, number: records.filter((record) => record.standing === standing).length };
  });
  const summary = numbers
    .filter(({ number }) => number > 0)
    .map(({ number, standing }) => `${number} ${standing.replace("-", " ")}`)
    .join(", ");
  return `${count(records.length, noun)} checked${summary === "" ? "" : `: ${summary}`}.`;
}

/** Returns a finding with its place, its meaning and what to do. */
export function findingText(finding: RunFinding): string {
  const { weight, title, meaning, remedy } = RUN_FINDINGS[finding.kind];
  return `\n${weight}: ${title} [${finding.kind}]\n  ${placeOf(finding)}\n  ${meaning}\n  ${remedy}`;
}

function placeOf(finding: RunFinding): string {
  const parts = Object.entries(finding)
    .filter(([key]) => key !== "kind")
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? value.join(" and ") : value}`);
  return oneLine(parts.join("; "));
}
