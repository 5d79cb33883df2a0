import type { MarketplaceSource, PluginSource } from "./marketplace.ts";

/** Returns the address of the repository that a source is, made as Claude Code 2.1.330 does; null where it is none. */
export function repositoryUrl(source: MarketplaceSource | PluginSource): string | null {
  switch (source.kind) {
    case "github":
      return `https://github.com/${source.repo}.git`;
    case "git":
      return source.url;
    case "url":
    case "directory":
    case "file":
    case "npm":
    case "relative":
    case "escaping":
    case "other":
      return null;
  }
}
