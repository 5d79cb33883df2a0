import type { Chain } from "#audit/records/chain.ts";
import { count } from "#base/text.ts";
import { type Anchor, anchorsOf } from "#commands/notes/anchors-of.ts";
import type { Locations } from "#runs/locations.ts";

/** How far a session's chain is known from somewhere that this user cannot rewrite alone. */
type AnchoredChain = {
  readonly session: string;
  /** Up to this receipt; 0 where it is not known at all. */
  readonly upTo: number;
  readonly of: number;
  readonly by: Anchor | null;
};

export type Anchoring = {
  /** Whether the last receipt of every chain is, and nothing else was verified. */
  readonly anchored: boolean;
  readonly anchors: readonly AnchoredChain[];
};

/**
 * Returns how far chains are anchored in notes, as remotes had them when they were last seen. The ledger
 * of runs is not carried by notes.
 *
 * @throws GitFault
 */
export async function anchoringOf(
  locations: Locations,
  { chains, runs }: { readonly chains: readonly Chain[]; readonly runs: number },
  signal: AbortSignal,
): Promise<Anchoring> {
  const digests = new Set(chains.flatMap(({ receipts }) => receipts.map(({ digest }) => digest)));
  if (digests.size === 0) return { anchored: false, anchors: [] };
  const known = await anchorsOf(locations, digests, signal);
  const anchors = known.size === 0 ? [] : chains.map((chain) => anchoredChain(chain, known));
  const isWhole = anchors.length > 0 && anchors.every(({ upTo, of }) => upTo === of);
  return { anchored: runs === 0 && isWhole, anchors: anchors.filter(({ upTo }) => upTo > 0) };
}

/** Returns that in words, or `undefined` where nothing is anchored. */
export function anchorText({ anchored, anchors }: Anchoring): string | undefined {
  if (anchored) return "Against that, the end of every chain stands in notes that a remote had.";
  if (anchors.length === 0) return undefined;
  const receipts = anchors.reduce((sum, { upTo }) => sum + upTo, 0);
  const chains = count(anchors.length, "session");
  return `Against that, ${count(receipts, "receipt")} of ${chains} stand in notes that a remote had; the rest only here.`;
}

function anchoredChain({ session, receipts }: Chain, known: ReadonlyMap<string, Anchor>): AnchoredChain {
  const last = receipts
    .filter(({ digest }) => known.has(digest))
    .toSorted((a, b) => a.receipt.n - b.receipt.n)
    .at(-1);
  const of = Math.max(0, ...receipts.map(({ receipt }) => receipt.n));
  return { session, upTo: last?.receipt.n ?? 0, of, by: (last && known.get(last.digest)) ?? null };
}
