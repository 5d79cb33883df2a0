import type { MarketplaceSource } from "#claude/plugins/marketplace.ts";
import type { MarketplacePolicy } from "#claude/plugins/marketplace-policy.ts";

/**
 * Whether an administrator's settings refuse a marketplace, or could: they may name a pattern, which is
 * not matched here.
 */
export function mayBeRefused(source: MarketplaceSource, policies: readonly MarketplacePolicy[]): boolean {
  return policies.some(({ kind, sources }) => {
    const named = sources.some((one) => nameOf(one) === nameOf(source));
    return kind === "only" ? !named : named || sources.some((one) => one.kind === "other");
  });
}

function nameOf(source: MarketplaceSource): string {
  switch (source.kind) {
    case "github":
      return `github ${source.repo}`;
    case "git":
    case "url":
      return `${source.kind} ${source.url}`;
    case "directory":
    case "file":
      return `${source.kind} ${source.path}`;
    case "npm":
      return `npm ${source.package}`;
    case "other":
      return `other ${source.name}`;
  }
}
