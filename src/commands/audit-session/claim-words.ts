import type { JudgedClaim } from "#audit/claims/claim-verdict.ts";
import { REASON_TEXTS, type ReasonText } from "#audit/claims/reason-texts.ts";
import type { SeenRun } from "#audit/claims/seen-run.ts";
import { clip, count } from "#base/text.ts";
import type { CallEnd, CodexClaim } from "#claude/delegations/delegation.ts";
import { redacted } from "#gate/redact/redact.ts";

/** Long enough to know a command again. */
const LONGEST = 300;

/** Returns what was claimed, with secret-looking values replaced. */
export function claimedText(claim: CodexClaim): string {
  return told(wordsOf(claim));
}

/** A secret that is cut is no longer known as one: so it is replaced first. */
export function told(text: string): string {
  return clip(redacted(text).text, LONGEST);
}

function wordsOf(claim: CodexClaim): string {
  switch (claim.kind) {
    case "call":
      return `${VIA[claim.via]} ${claim.text}`;
    case "command":
      return `${claim.via === "slash" ? "slash command" : "skill"} ${claim.name} ${claim.text}`.trim();
    case "agent":
      return `sub-agent ${claim.type ?? "of no type"}: ${claim.description}${quoted(claim.said)}`;
    case "prose":
      return `said${claim.final ? "" : ", in passing"}:${quoted(claim.sentences)}`;
    case "file":
      return `wrote ${claim.path}, which looks like ${LIKE[claim.looksLike]}`;
  }
}

const VIA = { bash: "Bash:", tool: "tool", person: "typed behind !:" } as const;
const LIKE = {
  rollout: "a rollout of Codex",
  output: "Codex's output",
  report: "a report of Codex's",
} as const;

function quoted(sentences: readonly string[]): string {
  return sentences.map((sentence) => ` "${sentence}"`).join("");
}

/** Returns what the transcript itself tells of how it went, or `undefined` where it tells nothing. */
export function courseText(claim: CodexClaim): string | undefined {
  if (claim.kind === "call") return told(endText(claim.end));
  if (claim.kind !== "agent") return undefined;
  const { uses, denials } = claim;
  const used = uses === undefined ? "how often it used tools is not known" : count(uses, "tool use");
  const denied = denials.length === 0 ? "" : `, denied: ${[...new Set(denials)].join(", ")}`;
  return claim.denied === undefined ? `${used}${denied}` : told(`denied: ${claim.denied}`);
}

function endText(end: CallEnd): string {
  switch (end.kind) {
    case "ended":
      return "the call ended without an error";
    case "denied":
      return `denied: ${end.detail}`;
    case "not-started":
      return `not started: ${end.detail}`;
    case "failed":
      return `failed${end.exitCode === undefined ? "" : ` with exit code ${end.exitCode}`}: ${end.detail}`;
    case "background":
      return "started in the background";
    case "no-result":
      return "the transcript has no result of the call";
  }
}

/** Returns the words for a verdict's reason; a backed claim has none. */
export function reasonOf({
  verdict,
}: JudgedClaim): (ReasonText & { readonly why: string; readonly page: string }) | undefined {
  if (verdict.kind === "backed") return undefined;
  return { ...REASON_TEXTS[verdict.why], why: verdict.why, page: `docs/claims/${verdict.why}.md` };
}

/** Returns where a run can be looked at. */
export function runText(id: string, runs: readonly SeenRun[]): string {
  const run = runs.find((one) => one.id === id);
  if (run === undefined) return id;
  const { thread, began, rollout, record, receipt, end } = run;
  const marks = [
    record === undefined ? "" : `record ${record}`,
    receipt === undefined ? "" : `receipt ${receipt.id}`,
    rollout ?? "no rollout",
  ];
  return [
    `thread ${thread ?? "unknown"}`,
    end,
    new Date(began).toISOString(),
    ...marks.filter((mark) => mark !== ""),
  ].join(", ");
}

/** Returns how many there are of each verdict. */
export function sums(
  claims: readonly JudgedClaim[],
): Readonly<Record<JudgedClaim["verdict"]["kind"], number>> {
  const of = (kind: JudgedClaim["verdict"]["kind"]) =>
    claims.filter(({ verdict }) => verdict.kind === kind).length;
  return {
    backed: of("backed"),
    partly: of("partly"),
    unbacked: of("unbacked"),
    unknowable: of("unknowable"),
  };
}
