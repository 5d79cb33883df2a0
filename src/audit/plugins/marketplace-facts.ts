import type { Marketplace } from "#claude/plugins/marketplace.ts";
import type { CloneState } from "#git/clone/clone-state.ts";

/** A marketplace, with what git says of its clone. */
export type MarketplaceFacts = Marketplace & {
  readonly clone: CloneState;
  /** What its remote has now: asked for only with `--fetch`. */
  readonly remote:
    | { readonly kind: "not-asked" }
    | { readonly kind: "at"; readonly commit: string }
    | { readonly kind: "not-answered"; readonly detail: string };
};
