import type { CopyFacts, Differences, Offered } from "#audit/plugins/plugin-facts.ts";
import { differencesBetween } from "#git/clone/differences-between.ts";
import type { FolderTree } from "#git/clone/folder-tree.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";
import { searchHistory } from "#git/clone/search-history.ts";
import type { TreeMatch } from "#git/clone/tree-match.ts";
import type { SearchProgress, WantedTree } from "#git/clone/wanted-tree.ts";
import { bounded } from "./bounded.ts";
import { type CommitOrders, commitOrders } from "./commit-orders.ts";
import type { CopyPlace } from "./copy-places.ts";
import type { HostWays } from "./host-ways.ts";
import { ownMatch } from "./place-in-commit.ts";
import type { Origin } from "./plugin-origin.ts";
import { claimedCommit, type RecordedPlace, recordedCommit } from "./recorded-commit.ts";

/** A copy whose bytes were read, the folder that it comes from, and what is offered now. */
export type ReadCopy = {
  readonly place: CopyPlace;
  readonly bytes: FolderTree;
  readonly origin: Origin;
  readonly offered: Offered | null;
  readonly ways: HostWays;
};

/** One whose history is here, with its place among all copies. */
export type TracedCopy = ReadCopy & {
  readonly number: number;
  readonly origin: Extract<Origin, { readonly kind: "folder" }>;
};

export type NumberedFacts = { readonly number: number; readonly facts: CopyFacts };

/** Returns what is known of a copy where no history is here to look at. */
export function copyWithoutHistory(copy: ReadCopy, why: string): CopyFacts {
  const { place, bytes } = copy;
  const { record } = place;
  return {
    ...standing(copy),
    bytes,
    match: { kind: "not-searched", why },
    recorded: record?.gitCommitSha == null ? { kind: "none" } : { kind: "not-here" },
    differences: null,
    besideRecorded: null,
    besideOffered: null,
    missing: null,
  };
}

/**
 * Returns what a clone tells of copies that come from it. Its history is searched once.
 *
 * @throws GitFault `git-timed-out`, `git-missing`.
 */
export async function copiesFacts(
  clone: OpenClone,
  {
    copies,
    onProgress,
  }: { readonly copies: readonly TracedCopy[]; readonly onProgress: (progress: SearchProgress) => void },
  signal: AbortSignal,
): Promise<readonly NumberedFacts[]> {
  const wanted = [
    ...new Map(copies.flatMap((copy) => wantedOf(copy) ?? []).map((one) => [keyOf(one), one])).values(),
  ];
  const matches = await searchHistory(clone, { wanted, onProgress }, signal);
  const found = new Map(wanted.map((one, index) => [keyOf(one), matches[index]]));
  const orders = commitOrders(clone, signal);
  return await bounded(copies, async (copy) => {
    const one = wantedOf(copy);
    const match = one === undefined ? undefined : found.get(keyOf(one));
    const known = match ?? ({ kind: "not-searched", why: whyNot(copy) } as const);
    return { number: copy.number, facts: await copyFacts({ clone, orders, signal }, copy, known) };
  });
}

function wantedOf(copy: TracedCopy): WantedTree | undefined {
  const { place, bytes, origin, ways } = copy;
  if (bytes.kind !== "read") return undefined;
  const claimed = claimedCommit(place.record?.gitCommitSha ?? null);
  const wanted = { path: origin.path, tree: bytes.tree, claimed };
  return isLeftover(copy) ? wanted : { ...wanted, copy: { files: bytes.files, ...ways.copies } };
}

/** What nobody refers to is looked up as it is, and compared with nothing. */
export function isLeftover({ place: { record, cached } }: Pick<ReadCopy, "place">): boolean {
  return record === null && cached !== null && cached.holders.every(({ state }) => state !== "alive");
}

function keyOf({ path, tree, claimed, copy }: WantedTree): string {
  return `${tree} ${claimed} ${copy === undefined} ${path}`;
}

function whyNot({ bytes }: ReadCopy): string {
  return bytes.kind === "absent" ? "there is nothing at its path" : "its files could not be read";
}

type Looking = {
  readonly clone: OpenClone;
  readonly orders: CommitOrders;
  readonly signal: AbortSignal;
};

async function copyFacts(
  { clone, orders, signal }: Looking,
  copy: TracedCopy,
  found: TreeMatch,
): Promise<CopyFacts> {
  const { place, bytes, origin, offered } = copy;
  const match = await ownMatch(origin, found, signal);
  const claimed = place.record?.gitCommitSha ?? null;
  const commit = match.kind === "found" ? match.commit : null;
  const claim = claimedCommit(claimed);
  const head = offered?.commit ?? null;
  const { recorded, path } = await recordedCommit(origin, claimed, match);
  const compared = commit !== null && head !== null && !isLeftover(copy);
  return {
    ...standing(copy),
    bytes,
    match,
    recorded,
    differences: await differences({ clone, signal }, copy, { recorded, path, match }),
    besideRecorded: commit === null || claim === null ? null : await orders.orderOf(commit, claim),
    besideOffered: compared ? await orders.orderOf(commit, head) : null,
    missing: compared ? await orders.linesBetween(commit, head, origin.path) : null,
  };
}

type Known = RecordedPlace & { readonly match: TreeMatch };

/** Against the recorded commit where it is here, else against the one that was found, else against HEAD. */
async function differences(
  { clone, signal }: Omit<Looking, "orders">,
  copy: TracedCopy,
  { recorded, path: recordedPath, match }: Known,
): Promise<Differences | null> {
  const { place, bytes, origin, ways } = copy;
  if (bytes.kind !== "read" || isLeftover(copy)) return null;
  const claim = recorded.kind === "here" ? claimedCommit(place.record?.gitCommitSha ?? null) : null;
  const commit = claim ?? (match.kind === "found" ? match.commit : clone.head);
  if (commit === null) return null;
  const path = claim !== null ? recordedPath : match.kind === "found" ? match.path : origin.path;
  const isSame = recorded.kind === "here" ? recorded.tree === bytes.tree : match.kind === "found";
  if (isSame) return { against: commit, files: [], younger: false };
  const found = await differencesBetween(clone, bytes.files, { ...ways.copies, commit, path }, signal);
  return found.kind === "compared" ? found : null;
}

function standing({ place: { record, applies, cached, folder, path }, ways }: ReadCopy) {
  return { record, applies, cached, folder: folder ?? ways.readFolder(path) };
}
