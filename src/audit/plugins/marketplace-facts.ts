import type { Marketplace } from "#claude/plugins/marketplace.ts";
import type { CloneState } from "#git/clone/clone-state.ts";

/** A marketplace, with what git says of its clone. */
export type MarketplaceFacts = Marketplace & {
  /**
   * Whether it really lies in the folder that the host keeps its clones in, no link followed elsewhere: only
   * there may anybody be told to remove it.
   */
  readonly own: boolean;
  readonly clone: CloneState;
  /**
   * When the history was fetched (epoch milliseconds) that plugins are looked for in, in place of a clone
   * that has none; null where there is no such.
   */
  readonly historyFetchedAt: number | null;
  /** What its remote has now: asked for only with `--fetch`. */
  readonly remote:
    | { readonly kind: "not-asked" }
    | { readonly kind: "at"; readonly commit: string }
    | { readonly kind: "not-answered"; readonly detail: string };
};
