import type { CodexClaim } from "#claude/delegations/delegation.ts";
import type { ClaimCheck } from "./claim-check.ts";

/** Why nothing stands behind a claim. */
export type UnbackedReason =
  | "denied"
  | "not-started"
  | "call-failed"
  | "no-tool-use"
  | "no-codex-call"
  | "no-call-before"
  | "no-call-after"
  | "no-run"
  | "other-cwd"
  | "replayed"
  | "rollout-missing"
  | "taken"
  | "hand-written"
  | "forged-rollout";

/** What a claim says beyond what stands behind it. */
export type PartlyReason =
  | "run-failed"
  | "run-interrupted"
  | "run-unfinished"
  | "other-prompt"
  | "own-words"
  | "other-run";

/** Why it cannot be known. */
type UnknowableReason = "ephemeral" | "elsewhere" | "server" | "agent-missing" | "home-unreadable";

export type ClaimReason = UnbackedReason | PartlyReason | UnknowableReason;

/** `runs` are those that stand behind it, or that it was found to be mistaken for. */
export type ClaimVerdict = { readonly runs: readonly string[] } & (
  | { readonly kind: "backed" }
  | { readonly kind: "partly"; readonly why: PartlyReason }
  | { readonly kind: "unbacked"; readonly why: UnbackedReason }
  | { readonly kind: "unknowable"; readonly why: UnknowableReason }
);

/** A claim and what came of it. */
export type JudgedClaim = {
  /** `c1`, in the order of the transcript. */
  readonly id: string;
  readonly claim: CodexClaim;
  readonly verdict: ClaimVerdict;
  readonly checks: readonly ClaimCheck[];
  /** Other claims that it rests on, or fails with. */
  readonly rests: readonly string[];
};

const ORDER = ["backed", "partly", "unknowable", "unbacked"] as const;

/** Returns the best of several claims; of equal ones, the last. */
export function bestOf(judged: readonly JudgedClaim[]): JudgedClaim | undefined {
  return judged.toSorted(
    (a, b) =>
      ORDER.indexOf(a.verdict.kind) - ORDER.indexOf(b.verdict.kind) ||
      Number(b.claim.place.at) - Number(a.claim.place.at),
  )[0];
}
