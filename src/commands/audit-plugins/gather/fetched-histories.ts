import { existsSync } from "node:fs";
import { join } from "node:path";
import type { MarketplaceFacts } from "#audit/plugins/marketplace-facts.ts";
import { ObjectId } from "#base/ids.ts";
import { fetchedStore, fetchPrivately } from "#git/clone/fetch-privately.ts";
import { type OpenClone, openBare } from "#git/clone/open-clone.ts";
import { remoteHead } from "#git/clone/remote-head.ts";

/** What is kept of a remote's history, and what the remote answered where it was asked. */
type FetchedHistory = {
  readonly clone: OpenClone | null;
  readonly remote: MarketplaceFacts["remote"];
};

/** Histories of remotes in a folder of ours. What was fetched once is looked at again without the network. */
export type FetchedHistories = {
  /** Of the whole address; with `commits`, which no branch need lead to. */
  readonly of: (url: string, commits: readonly ObjectId[]) => Promise<FetchedHistory>;
  /** What a remote has now under a branch or tag; asked for only where the network may be used. */
  readonly headOf: (url: string, ref: string | null) => Promise<MarketplaceFacts["remote"]>;
  readonly close: () => void;
};

const NOT_ASKED = { kind: "not-asked" } as const;

/** Returns the histories that lie in `folder`. The network is used only with `fetch`; each address is asked once. */
export function fetchedHistories(folder: string, fetch: boolean, signal: AbortSignal): FetchedHistories {
  const known = new Map<string, Promise<FetchedHistory>>();
  const opened: OpenClone[] = [];
  const look = async (url: string, commits: readonly ObjectId[]): Promise<FetchedHistory> => {
    const fetched = fetch ? await fetchPrivately({ url, folder, commits }, signal) : NOT_ASKED;
    const remote = fetched.kind === "fetched" ? ({ kind: "at", commit: fetched.commit } as const) : fetched;
    const store = fetchedStore(folder, url);
    const opening = existsSync(join(store, "HEAD"))
      ? await openBare(store, signal)
      : ({ kind: "none" } as const);
    if (opening.kind !== "open") return { clone: null, remote };
    opened.push(opening.clone);
    return { clone: opening.clone, remote };
  };
  return {
    of: (url, commits) => {
      const looked = known.get(url) ?? look(url, commits);
      known.set(url, looked);
      return looked;
    },
    headOf: async (url, ref) => {
      if (!fetch) return NOT_ASKED;
      // A commit is what it is, wherever its remote has gone on to.
      const pinned = ObjectId.safeParse(ref);
      if (pinned.success) return { kind: "at", commit: pinned.data };
      const head = await remoteHead({ url, ref }, signal);
      return head.kind === "at" ? { kind: "at", commit: head.commit } : head;
    },
    close: () => {
      for (const clone of opened) clone.close();
    },
  };
}
