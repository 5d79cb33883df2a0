import type { MarketplaceFacts } from "#audit/plugins/marketplace-facts.ts";
import type { ObjectId } from "#base/ids.ts";
import type { Marketplace } from "#claude/plugins/marketplace.ts";
import { repositoryUrl } from "#claude/plugins/repository-url.ts";
import type { CloneState } from "#git/clone/clone-state.ts";
import { fetchTime } from "#git/clone/fetch-time.ts";
import { folderAt } from "#git/clone/folder-at.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";
import type { FetchedHistories } from "./fetched-histories.ts";

/** What is here of a marketplace, and what its plugins' records claim. */
export type HistoryAsked = {
  readonly state: CloneState;
  readonly clone: OpenClone | null;
  readonly claimed: readonly ObjectId[];
  readonly histories: FetchedHistories;
};

export type MarketplaceHistory = {
  readonly remote: MarketplaceFacts["remote"];
  readonly history: OpenClone | null;
  /** Of one that was fetched: when (epoch milliseconds). */
  readonly fetchedAt: number | null;
};

const NOT_ASKED = { kind: "not-asked" } as const;

/**
 * Returns in which history the plugins of a marketplace are looked for: that of its clone, or, where that
 * is cut or there is none, the one that was fetched into a folder of ours.
 *
 * @throws GitFault `git-missing`, `git-timed-out`.
 */
export async function historyOf(
  marketplace: Marketplace | null,
  { state, clone, claimed, histories }: HistoryAsked,
): Promise<MarketplaceHistory> {
  const url = marketplace === null ? null : repositoryUrl(marketplace.source);
  if (marketplace === null || url === null) return { remote: NOT_ASKED, history: clone, fetchedAt: null };
  const { source } = marketplace;
  const ref = "ref" in source ? source.ref : null;
  const isWhole = state.kind === "clone" && !state.shallow && !state.partial;
  if (isWhole) return { remote: await histories.headOf(url, ref), history: clone, fetchedAt: null };
  const fetched = await histories.of(url, claimed);
  const remote = ref === null ? fetched.remote : await histories.headOf(url, ref);
  if (fetched.clone === null || !(await hasHead(fetched.clone, state)))
    return { remote, history: clone, fetchedAt: null };
  return { remote, history: fetched.clone, fetchedAt: fetchTime(fetched.clone, null) };
}

/** One that was fetched before the clone was renewed lacks what the clone has. */
async function hasHead(fetched: OpenClone, state: CloneState): Promise<boolean> {
  if (state.kind !== "clone" || state.head === null) return true;
  const found = await folderAt(fetched, { commit: state.head, path: "" });
  return found.kind === "folder";
}
