import type { StoredReceipt } from "#runs/receipt-files.ts";
import { type Chain, checkChain } from "./chain.ts";
import type { RunFinding } from "./run-finding.ts";

/** What Codex's own file of a thread says about the bytes that a receipt sealed. */
export type RolloutCheck =
  | { readonly kind: "intact" }
  /** The sealed bytes stand, and more was written after them: a later round. */
  | { readonly kind: "appended" }
  | { readonly kind: "changed" }
  | { readonly kind: "missing" }
  | { readonly kind: "unchecked"; readonly detail: string };

/**
 * How far a receipt can be believed. `nothing-claimed`: it says that no review took place.
 * `proven` holds against everything but the same user rewriting all files from end to end.
 */
export type Standing = "proven" | "plausible" | "unproven" | "contradicted" | "nothing-claimed";

type VerifiedReceipt = {
  readonly id: string;
  readonly session: string;
  readonly n: number;
  readonly standing: Standing;
};

/** What verifying answers: each receipt's standing, the latest first, and all that was found. */
export type RunAudit = {
  readonly receipts: readonly VerifiedReceipt[];
  readonly findings: readonly RunFinding[];
};

/** Judges chains of receipts. `rollouts` holds the check of each sealed review, by the receipt's id. */
export function auditRuns(chains: readonly Chain[], rollouts: ReadonlyMap<string, RolloutCheck>): RunAudit {
  const audits = chains.map((chain) => auditChain(chain, rollouts));
  return {
    receipts: audits.flatMap(({ receipts }) => receipts).sort((a, b) => (a.id < b.id ? 1 : -1)),
    findings: audits.flatMap(({ findings }) => findings),
  };
}

function auditChain(chain: Chain, rollouts: ReadonlyMap<string, RolloutCheck>): RunAudit {
  const links = checkChain(chain);
  const doubted = new Set(links.flatMap(receiptsOf));
  const receipts = chain.receipts.map((stored): VerifiedReceipt => {
    const { id, session, n } = stored.name;
    const standing = doubted.has(id) ? "contradicted" : standingOf(stored, rollouts.get(id));
    return { id, session, n, standing };
  });
  return {
    receipts,
    findings: [...links, ...chain.receipts.flatMap((stored) => rolloutFindings(stored, rollouts))],
  };
}

/** A receipt that its own writer had no time to record is as good as any. */
function receiptsOf(finding: RunFinding): readonly string[] {
  switch (finding.kind) {
    case "receipt-edited":
    case "receipt-misplaced":
      return [finding.receipt];
    case "chain-forked":
      return finding.receipts;
    default:
      return [];
  }
}

function standingOf({ receipt }: StoredReceipt, check: RolloutCheck | undefined): Standing {
  if (receipt.review === null) return "nothing-claimed";
  if (receipt.review.rollout === null) return "plausible";
  switch (check?.kind) {
    case "intact":
    case "appended":
      return "proven";
    case "changed":
      return "contradicted";
    case "missing":
    case "unchecked":
    case undefined:
      return "unproven";
  }
}

function rolloutFindings(
  { name, receipt }: StoredReceipt,
  rollouts: ReadonlyMap<string, RolloutCheck>,
): readonly RunFinding[] {
  const { id, session } = name;
  if (receipt.review === null) return [];
  const thread = receipt.review.threadId;
  if (receipt.review.rollout === null) return [{ kind: "rollout-unsealed", session, receipt: id, thread }];
  const check = rollouts.get(id) ?? { kind: "unchecked", detail: "it was not looked at" };
  switch (check.kind) {
    case "intact":
    case "appended":
      return [];
    case "changed":
      return [{ kind: "rollout-changed", session, receipt: id, thread }];
    case "missing":
      return [{ kind: "rollout-missing", session, receipt: id, thread }];
    case "unchecked":
      return [{ kind: "rollout-unchecked", session, receipt: id, detail: check.detail }];
  }
}
