import type { MarketplaceEntry } from "#claude/plugins/marketplace.ts";

/** Returns the commit that the marketplace pins a plugin of another repository to, if it does. */
export function pinOf(entry: MarketplaceEntry | null): string | null {
  switch (entry?.source.kind) {
    case "github":
    case "git":
      return entry.source.sha;
    default:
      return null;
  }
}
