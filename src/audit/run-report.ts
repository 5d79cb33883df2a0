import { count, oneLine } from "#base/text.ts";
import type { RunAudit, Standing } from "./run-checks.ts";
import type { RunFinding } from "./run-finding.ts";
import { RUN_FINDINGS } from "./run-finding-texts.ts";

const STANDINGS: readonly Standing[] = ["proven", "plausible", "unproven", "contradicted", "nothing-claimed"];

const LIMITS =
  "What this can show: edits of single files, cuts and copies. What it cannot: all files rewritten\n" +
  "together by the same user. Against that, keep the last receipt's digest somewhere else.\n";

/** Returns the audit of the records as text for a person, findings first where there are any. */
export function runReport({ receipts, findings }: RunAudit): string {
  const numbers = STANDINGS.map((standing) => {
    return { standing, number: receipts.filter((receipt) => receipt.standing === standing).length };
  });
  const summary = numbers
    .filter(({ number }) => number > 0)
    .map(({ number, standing }) => `${number} ${standing.replace("-", " ")}`)
    .join(", ");
  const head = `${count(receipts.length, "receipt")} checked${summary === "" ? "" : `: ${summary}`}.\n`;
  return `${head}${findings.map(findingText).join("")}\n${LIMITS}`;
}

function findingText(finding: RunFinding): string {
  const { weight, title, meaning, remedy } = RUN_FINDINGS[finding.kind];
  return `\n${weight}: ${title} [${finding.kind}]\n  ${placeOf(finding)}\n  ${meaning}\n  ${remedy}\n`;
}

function placeOf(finding: RunFinding): string {
  const parts = Object.entries(finding)
    .filter(([key]) => key !== "kind")
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? value.join(" and ") : value}`);
  return oneLine(parts.join("; "));
}
