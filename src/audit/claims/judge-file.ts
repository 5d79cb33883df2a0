import type { CodexClaim } from "#claude/delegations/delegation.ts";
import type { JudgedClaim } from "./claim-verdict.ts";
import { type Resting, type Standing, timeOf } from "./resting.ts";
import type { SeenRun } from "./seen-run.ts";

type FileClaim = Extract<CodexClaim, { kind: "file" }>;

/** A line that is shorter stands in many texts. */
const TELLING = 12;
/** Of the lines of a file that copies what Codex said; the rest may be a heading. */
const COPIED = 0.5;

/**
 * Returns what stands behind a file that looks like Codex's and was written by the agent: nothing, unless a
 * backed call stands before it; and where its text is not that of the run, only that there was a run.
 */
export function judgeFile(claim: FileClaim, { evidence, judged }: Standing): Resting {
  if (claim.looksLike === "rollout")
    return { verdict: { kind: "unbacked", why: "forged-rollout", runs: [] }, rests: [] };
  const before = judged.flatMap((one) => {
    const isBefore = one.verdict.kind === "backed" && timeOf(one.claim) <= timeOf(claim);
    return one.claim.kind === "call" && isBefore ? [{ ...one, output: one.claim.output }] : [];
  });
  const last = before.at(-1);
  if (last === undefined) return { verdict: { kind: "unbacked", why: "hand-written", runs: [] }, rests: [] };
  const source = before.findLast((one) => copies(claim.text, textsOf(one, evidence.runs)));
  const { id, verdict } = source ?? last;
  if (source === undefined)
    return { verdict: { kind: "partly", why: "own-words", runs: verdict.runs }, rests: [id] };
  return { verdict: { kind: "backed", runs: verdict.runs }, rests: [id] };
}

type BackedCall = Pick<JudgedClaim, "verdict"> & { readonly output: string };

function textsOf({ output, verdict }: BackedCall, runs: readonly SeenRun[]): string {
  const answers = runs.filter(({ id }) => verdict.runs.includes(id)).map(({ answer }) => answer ?? "");
  return plain([output, ...answers].join("\n"));
}

function copies(text: string, source: string): boolean {
  const lines = text
    .split("\n")
    .map(plain)
    .filter((line) => line.length >= TELLING);
  const found = lines.filter((line) => source.includes(line)).length;
  return lines.length > 0 && found / lines.length >= COPIED;
}

/** Letters and digits alone: JSON escapes, list marks and line breaks make no difference. */
function plain(text: string): string {
  return text
    .replace(/\\n/g, " ")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .toLowerCase();
}
