import { existsSync } from "node:fs";
import type { RunFinding } from "#audit/records/run-finding.ts";
import type { SessionId } from "#base/ids.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import { objectSizes } from "#git/store/object-sizes.ts";
import { workTrees } from "#git/worktrees.ts";
import type { StoredReceipt } from "#runs/receipts/receipt-files.ts";
import { listReceipts, type ReceiptList } from "#runs/receipts/receipts.ts";
import type { NotesPlace } from "./notes-place.ts";
import { chainDoubts } from "./session-chain.ts";

/** A session whose receipts say nothing to others, and why. */
export type DoubtedChain = { readonly session: string; readonly findings: readonly RunFinding[] };

export type SignableReceipts = {
  /** The latest first. */
  readonly receipts: readonly StoredReceipt[];
  readonly doubted: readonly DoubtedChain[];
};

/**
 * Returns the receipts that sign something of this repository: allowed after a review, in a chain that
 * holds. Of a chain that does not none is returned, and the chain is named.
 *
 * @throws GitFault or StateFault.
 */
export async function signableReceipts(
  { locations, tree }: NotesPlace,
  session: SessionId | undefined,
  signal: AbortSignal,
): Promise<SignableReceipts> {
  const list = await listReceipts(locations, { session });
  const here = await ofRepository(tree, list.receipts.filter(isSignature), signal);
  const bySession = grouped(list);
  const doubts = new Map(
    [...new Set(here.map(({ name }) => name.session))].map((one) => [
      one,
      chainDoubts(locations, one, bySession.get(one) ?? { receipts: [], unreadable: [] }),
    ]),
  );
  const isWhole = (one: string) => doubts.get(one)?.length === 0;
  return {
    receipts: here.filter(({ name }) => isWhole(name.session)),
    doubted: [...doubts].flatMap(([one, findings]) =>
      findings.length === 0 ? [] : [{ session: one, findings }],
    ),
  };
}

function isSignature({ receipt }: StoredReceipt): boolean {
  const { outcome, scope, review, known } = receipt;
  if (outcome.kind !== "allowed" || scope === null || scope.shown.length === 0) return false;
  return review !== null || known !== null;
}

/** A worktree that was removed meanwhile is told by its trees, which all worktrees of a repository share. */
async function ofRepository(
  { repository, store }: WatchedTree,
  receipts: readonly StoredReceipt[],
  signal: AbortSignal,
): Promise<readonly StoredReceipt[]> {
  const roots = new Set([repository.root, ...workTrees(repository)]);
  const gone = receipts.filter(({ receipt }) => isGone(receipt.repository?.root));
  const trees = gone.flatMap(({ receipt }) => receipt.snapshot?.tree ?? []);
  const known = await objectSizes(store, [...new Set(trees)], signal);
  return receipts.filter(({ receipt }) => {
    if (roots.has(receipt.repository?.root ?? "")) return true;
    return isGone(receipt.repository?.root) && known.has(receipt.snapshot?.tree ?? "");
  });
}

function isGone(root: string | undefined): boolean {
  return root !== undefined && !existsSync(root);
}

function grouped({ receipts, unreadable }: ReceiptList): ReadonlyMap<string, ReceiptList> {
  const sessions = new Map<
    string,
    { receipts: StoredReceipt[]; unreadable: ReceiptList["unreadable"][number][] }
  >();
  const of = (session: string) => {
    const known = sessions.get(session) ?? { receipts: [], unreadable: [] };
    sessions.set(session, known);
    return known;
  };
  for (const one of receipts) of(one.name.session).receipts.push(one);
  for (const one of unreadable) of(one.name.session).unreadable.push(one);
  return sessions;
}
