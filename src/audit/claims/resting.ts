import type { CodexClaim, Delegations } from "#claude/delegations/delegation.ts";
import { bestOf, type ClaimVerdict, type JudgedClaim, type UnbackedReason } from "./claim-verdict.ts";
import type { SeenEvidence } from "./seen-run.ts";

/** What claims are judged by, once the calls are. */
export type Standing = {
  readonly said: Delegations;
  readonly evidence: SeenEvidence;
  /** All calls and sub-agents, which other claims rest on. */
  readonly judged: readonly JudgedClaim[];
};

/** A verdict that other claims give. */
export type Resting = { readonly verdict: ClaimVerdict; readonly rests: readonly string[] };

/** Returns the verdict of a claim that stands or falls with the best of others; unbacked where there are none. */
export function restingOn(others: readonly JudgedClaim[], otherwise: UnbackedReason): Resting {
  const best = bestOf(others);
  if (best === undefined) return { verdict: { kind: "unbacked", why: otherwise, runs: [] }, rests: [] };
  const alike = others.filter(({ verdict }) => verdict.kind === best.verdict.kind);
  return { verdict: best.verdict, rests: alike.map(({ id }) => id) };
}

/** Returns the calls among claims, and sub-agents: what itself has Codex work. */
export function isWork({ claim }: JudgedClaim): boolean {
  return claim.kind === "call" || claim.kind === "agent";
}

/** Epoch milliseconds; a line without a time is taken for the earliest. */
export function timeOf({ place }: CodexClaim): number {
  return place.at ?? 0;
}
