import { expect, test } from "vitest";
import { mayBeRefused } from "#audit/plugins/may-be-refused.ts";
import type { MarketplaceSource } from "#claude/plugins/marketplace.ts";

const SOURCES: readonly MarketplaceSource[] = [
  { kind: "github", repo: "lab/mkt", ref: null },
  { kind: "git", url: "https://x/y.git", ref: "main" },
  { kind: "url", url: "https://x/y.json" },
  { kind: "directory", path: "/src" },
  { kind: "file", path: "/src" },
  { kind: "npm", package: "mkt" },
];
const pattern: MarketplaceSource = { kind: "other", name: "hostPattern" };

test.each(SOURCES)(
  "a marketplace from $kind is refused where it is blocked, or not among the only ones",
  (source) => {
    const others = SOURCES.filter((one) => one !== source);
    const refused = (kind: "only" | "blocked", sources: readonly MarketplaceSource[]) => {
      return mayBeRefused(source, [{ kind, path: "/etc", sources }]);
    };
    expect(mayBeRefused(source, [])).toBe(false);
    expect([refused("only", SOURCES), refused("only", others), refused("only", [])]).toEqual([
      false,
      true,
      true,
    ]);
    expect([refused("blocked", SOURCES), refused("blocked", others)]).toEqual([true, false]);
    expect([refused("blocked", [pattern]), refused("only", [pattern])]).toEqual([true, true]);
  },
);
