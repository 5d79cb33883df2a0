import type { CodexClaim, Delegations } from "#claude/delegations/delegation.ts";
import type { JudgedClaim } from "./claim-verdict.ts";
import { judgeAgent } from "./judge-agent.ts";
import { judgeCalls } from "./judge-calls.ts";
import { judgeCommand } from "./judge-command.ts";
import { judgeFile } from "./judge-file.ts";
import { judgeProse } from "./judge-prose.ts";
import type { Standing } from "./resting.ts";
import type { SeenEvidence, SeenRun } from "./seen-run.ts";
import { unclaimedRuns } from "./unclaimed-runs.ts";

/** Every claim of a session with its verdict, in the transcript's order, and what nobody claimed. */
export type ClaimsAudit = {
  readonly claims: readonly JudgedClaim[];
  /** Runs of that time in its folders that no claim of the session accounts for. */
  readonly unclaimed: readonly SeenRun[];
};

/** The order in which kinds are judged: each rests on those before it. */
const KINDS = ["call", "agent", "command", "file", "prose"] as const;

/**
 * Returns for each thing that a transcript says of Codex whether anything stands behind it: calls by
 * rollouts and records, sub-agents by the calls in them, commands by what followed them, files and prose
 * by what stood before them.
 */
export function judgeClaims(said: Delegations, evidence: SeenEvidence): ClaimsAudit {
  const named = said.claims.filter(wasWritten).map((claim, index) => ({ claim, id: `c${index + 1}` }));
  let judged: readonly JudgedClaim[] = callsOf(named, evidence, said.to ?? 0);
  for (const kind of KINDS) {
    const standing = { said, evidence, judged };
    const more = named
      .filter(({ claim }) => claim.kind === kind)
      .flatMap(({ claim, id }) => judge(claim, id, standing) ?? []);
    judged = [...judged, ...more];
  }
  const order = new Map(named.map(({ id }, index) => [id, index]));
  const claims = judged.toSorted((a, b) => Number(order.get(a.id)) - Number(order.get(b.id)));
  return { claims, unclaimed: unclaimedRuns(claims, said, evidence) };
}

/** A file that was not written claims nothing. */
function wasWritten(claim: CodexClaim): boolean {
  return claim.kind !== "file" || claim.end.kind === "ended";
}

type Named = { readonly claim: CodexClaim; readonly id: string };

function callsOf(named: readonly Named[], evidence: SeenEvidence, end: number): readonly JudgedClaim[] {
  const calls = named.flatMap(({ claim, id }) => (claim.kind === "call" ? [{ claim, id, rests: [] }] : []));
  return judgeCalls(calls, evidence, end);
}

function judge(claim: CodexClaim, id: string, standing: Standing): JudgedClaim | undefined {
  switch (claim.kind) {
    case "call":
      return undefined;
    case "agent":
      return { id, claim, checks: [], ...judgeAgent(claim, standing) };
    case "command":
      return { id, claim, checks: [], ...judgeCommand(claim, standing) };
    case "file":
      return { id, claim, checks: [], ...judgeFile(claim, standing) };
    case "prose":
      return { id, claim, checks: [], ...judgeProse(claim, standing) };
  }
}
