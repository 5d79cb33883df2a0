import { redacted } from "#gate/redact/redact.ts";
import { checkFindings } from "#gate/verdict/check-findings.ts";
import type { Evidence, EvidenceFile } from "#gate/verdict/evidence.ts";
import type { CheckedFinding, Doubt, ReviewFinding } from "#gate/verdict/finding.ts";
import type { ChallengeFinding } from "./challenge-answer.ts";

/** One finding without secrets in it, and whether what it points at is there. */
export type CheckedChallenge = {
  readonly finding: ReviewFinding & Pick<ChallengeFinding, "aspect">;
  readonly check:
    | { readonly kind: "stands"; readonly line: number }
    | { readonly kind: "does-not-stand"; readonly doubt: Doubt };
};

/** The files that findings are about, as text by path from the top of the work tree. */
export type ChallengedFiles = { readonly root: string; readonly texts: ReadonlyMap<string, string> };

/**
 * Returns each finding held against the files as the gate holds its own: the file is there, and the quote
 * stands at its lines.
 */
export function checkChallenge(
  findings: readonly ChallengeFinding[],
  { root, texts }: ChallengedFiles,
): readonly CheckedChallenge[] {
  const evidence: Evidence = { root, files: [...texts].map(([path, text]) => evidenceFile(path, text)) };
  return findings.flatMap(({ aspect, ...finding }) =>
    checkFindings([{ ...finding, side: "new" }], evidence, RULES).map((checked) => ({
      finding: { ...checked.finding, aspect },
      check: outcomeOf(checked),
    })),
  );
}

/** Nothing blocks here, and nothing was raised before. */
const RULES = { blockSeverity: "critical", settled: new Map() } as const;

/** Returns the paths at which the file of a finding may lie, from the top of the work tree. */
export function challengedPaths({ file }: Pick<ChallengeFinding, "file">, root: string): readonly string[] {
  const written = file.trim().replace(/^(?:\.\/)+/, "");
  const below = written.startsWith(`${root}/`) ? written.slice(root.length + 1) : written;
  return [...new Set([below, below.replace(/^[ab]\//, "")])].filter(isInside);
}

function isInside(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !path.split("/").includes("..") && !path.includes("\0");
}

/** Findings quote what their writer may have been shown with its secrets replaced: both sides are. */
function evidenceFile(path: string, text: string): EvidenceFile {
  const lines = redacted(text).text.split("\n");
  const newLines = lines.map((line, index) => ({ number: index + 1, text: line, kept: true }));
  return { path, oldPath: null, newLines, oldLines: [] };
}

function outcomeOf(checked: CheckedFinding): CheckedChallenge["check"] {
  return checked.status === "unverified"
    ? { kind: "does-not-stand", doubt: checked.doubt }
    : { kind: "stands", line: checked.line };
}
