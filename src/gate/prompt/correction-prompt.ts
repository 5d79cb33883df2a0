import { clip, oneLine } from "#base/text.ts";
import type { Doubt } from "#gate/verdict/finding.ts";
import type { Correction, UnverifiedFinding } from "#gate/verdict/verdict.ts";
import { framerFor } from "./frame.ts";

const FAILED_CHECK: Record<Doubt, string> = {
  "file-not-in-scope":
    "its file is not one of the files in the change. Report the changed line that causes the breakage.",
  "lines-not-in-file": "its lines do not exist on that side of that file.",
  "quote-empty": "its quote is empty or holds no letter and no digit. Quote whole, distinctive lines.",
  "quote-not-found":
    "its quote does not stand at or within a few lines of its lines. Copy it verbatim and check the line numbers.",
  "quote-not-removed":
    'its quote stands there, but the change does not remove it. Side "old" is for removed lines.',
  "dispute-not-answered":
    "the agent gave a reason against it, and its failure_path only says again what it said before. Answer the reason there, or withdraw the finding.",
};

const FIELD_LENGTH = 300;

/**
 * Returns the one request that follows a BLOCK of which nothing counts, on the same thread. It says
 * which checks failed and leaves open whether the finding is mended or withdrawn.
 */
export function correctionPrompt(correction: Exclude<Correction, { kind: "none" }>, nonce: string): string {
  return [
    "Your answer says BLOCK, but nothing in it counts, so it holds nobody back.",
    ...(correction.kind === "no-findings"
      ? ["It names no finding. A BLOCK needs at least one finding that can be checked."]
      : failedChecks(correction.findings)),
    "Look at the code again and give your whole answer once more as one JSON object of the same schema. Keep a finding only if it is true, with its file, side, lines and quote put right, and with an answer to the agent's reason where it gave one; leave out what you cannot show, and do not raise a severity for being heard. If nothing is left, the decision is ALLOW. There is no further correction after this one.",
    `request_id: ${nonce}`,
  ].join("\n\n");
}

function failedChecks(findings: readonly UnverifiedFinding[]): readonly string[] {
  const lines = findings.map(
    ({ finding, doubt }, index) =>
      `${index + 1}. ${field(finding.file)}:${finding.line_start}-${finding.line_end} (${finding.side}), ${field(finding.title)}\n   Failed: ${FAILED_CHECK[doubt]}`,
  );
  const text = lines.join("\n");
  return ["These checks failed:", framerFor([text]).frame("checks", text)];
}

function field(text: string): string {
  return clip(oneLine(text), FIELD_LENGTH);
}
