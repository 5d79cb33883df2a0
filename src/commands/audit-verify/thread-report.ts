import type { Standing } from "#audit/evidence/evidence.ts";
import type { RunFinding } from "#audit/records/run-finding.ts";
import { findingText } from "#audit/records/run-report.ts";
import { clip, count, oneLine } from "#base/text.ts";
import type { RolloutOutline, TurnOutline } from "#codex/rollout/rollout-outline.ts";
import { turnEndText } from "#codex/rollout/turn-end-text.ts";

/** A record that names the thread, and how far it can be believed. */
export type ThreadClaim = { readonly id: string; readonly kind: string; readonly standing: Standing };

export type VerifiedThread = {
  readonly threadId: string;
  /** What Codex's own files of it say; there can be two where archiving was cut short. */
  readonly outlines: readonly RolloutOutline[];
  readonly claims: readonly ThreadClaim[];
};

const LONGEST_WORDS = 80;

/** Returns what Codex has of a thread, and what we have, for a person. */
export function threadText(
  { threadId, outlines, claims }: VerifiedThread,
  findings: readonly RunFinding[],
): string {
  if (outlines.length === 0 && claims.length === 0) {
    return `thread ${threadId}: no evidence\nCodex has no file of it in this CODEX_HOME, neither among its sessions nor archived, and no record names it.\n`;
  }
  const lines = [
    `thread ${threadId}: ${outlines.length === 0 ? "Codex has no file of it" : "Codex ran"}`,
    ...outlines.flatMap(outlineLines),
    ...(claims.length === 0 ? ["  no record of Countersign names it"] : []),
    ...claims.map(({ id, kind, standing }) => `  ${kind} ${id}: ${standing.replace("-", " ")}`),
    ...findings.map(findingText),
  ];
  return `${lines.join("\n")}\n`;
}

/** Returns the same for programs. Times are ISO 8601 in UTC. */
export function threadJson({ outlines, claims }: VerifiedThread): Readonly<Record<string, unknown>> {
  return {
    standing: outlines.length === 0 ? (claims.length === 0 ? "no-evidence" : "unproven") : "on-record",
    rollouts: outlines.map((outline) => ({
      ...outline,
      startedAt: moment(outline.startedAt),
      turns: outline.turns.map(turnJson),
    })),
    claimedBy: claims,
  };
}

function outlineLines(outline: RolloutOutline): readonly string[] {
  const { path, cwd, cliVersion, source, originator, turns } = outline;
  const asked = [originator, source].filter((text) => text !== undefined).join(", ");
  return [
    `  file     ${path}`,
    `  began    ${moment(outline.startedAt) ?? "unknown"} in ${cwd ?? "an unknown folder"}`,
    `  by       Codex ${cliVersion ?? "of an unknown version"} (${asked})`,
    ...turns.map(turnLine),
  ].map(oneLineKeepingIndent);
}

function turnLine(turn: TurnOutline): string {
  const { prompts, commandCount, model, usage, inherited, responseIds } = turn;
  const words = clip(oneLine(prompts[0]?.words ?? ""), LONGEST_WORDS);
  const facts = [
    turnEndText(turn.end),
    ...(model === undefined ? [] : [model]),
    count(commandCount, "command"),
    ...(usage === undefined ? [] : [`${usage.input + usage.output} tokens`]),
    ...(responseIds.length === 0
      ? []
      : [count(responseIds.length, "answer of the provider", "answers of the provider")]),
    ...(inherited ? ["copied from the thread that it was forked from"] : []),
  ];
  return `  turn     ${moment(turn.firstAt) ?? ""} ${facts.join(", ")}: "${words}"`;
}

function turnJson(turn: TurnOutline): Readonly<Record<string, unknown>> {
  const { startedAt, completedAt, firstAt, lastAt, answer, ...rest } = turn;
  return {
    ...rest,
    answer: answer === undefined ? null : { digest: answer.digest, words: answer.words },
    firstAt: moment(firstAt),
    lastAt: moment(lastAt),
    startedAt: moment(startedAt),
    completedAt: moment(completedAt),
  };
}

function moment(at: number | undefined): string | undefined {
  if (at === undefined) return undefined;
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function oneLineKeepingIndent(line: string): string {
  return `  ${oneLine(line)}`;
}
