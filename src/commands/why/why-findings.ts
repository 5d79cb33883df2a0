import { oneLine, plainText } from "#base/text.ts";
import type { CheckedFinding, Doubt, SettledBy } from "#gate/verdict/finding.ts";

const DOUBTS: Record<Doubt, string> = {
  "file-not-in-scope": "its file is none of those that were shown",
  "lines-not-in-file": "its lines do not exist on that side of the file",
  "quote-empty": "its quote holds no letter and no digit",
  "quote-not-found": "its quote does not stand at or near its lines",
  "quote-not-removed": "its quote stands there, but the change does not remove it",
  "dispute-not-answered": "the agent gave a reason against it, which the reviewer did not answer",
};

const SETTLED: Record<SettledBy, string> = {
  cap: "it was open when the rounds of a prompt were used up",
  person: "a person dismissed it",
  reviewer: "the reviewer let go of it in an earlier round",
};

/** Returns the findings of a receipt as text, with what their check said, and nothing for none. */
export function whyFindings(findings: readonly CheckedFinding[]): string {
  return findings.map((finding, index) => `\n${index + 1}. ${findingText(finding)}\n`).join("");
}

function findingText(checked: CheckedFinding): string {
  const { finding } = checked;
  const side = finding.side === "old" ? " (removed)" : "";
  const line = checked.status === "unverified" ? finding.line_start : checked.line;
  return [
    `[${finding.severity}, ${finding.kind}] ${oneLine(finding.file)}:${line}${side} ${oneLine(finding.title)}`,
    `   Check: ${statusText(checked)} (${checked.id})`,
    `   Lines: ${field(finding.quote)}`,
    `   Why it fails: ${field(finding.failure_path)}`,
    `   What to do: ${field(finding.recommendation)}`,
  ].join("\n");
}

function statusText(checked: CheckedFinding): string {
  switch (checked.status) {
    case "counts":
      return "it counts: its quote stands in the code that was shown, and it is severe enough to block";
    case "note":
      return checked.finding.kind === "question"
        ? "a note: its quote stands in the code that was shown, but a question never blocks"
        : "a note: its quote stands in the code that was shown, but it is not severe enough to block";
    case "settled":
      return `settled: ${SETTLED[checked.by]}, and its lines are still the same${checked.why === undefined ? "" : ` (${oneLine(checked.why)})`}`;
    case "unverified":
      return `unverified, so it does not block: ${DOUBTS[checked.doubt]}`;
  }
}

function field(text: string): string {
  return plainText(text).trim().replaceAll("\n", "\n   ");
}
