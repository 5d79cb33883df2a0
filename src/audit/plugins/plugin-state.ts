import * as z from "zod/mini";
import { ObjectId } from "#base/ids.ts";
import type { MarketplaceEntry } from "#claude/plugins/marketplace.ts";
import { standingOf } from "./copy-standing.ts";
import type { JudgedPlugin } from "./judge-plugin.ts";
import type { MarketplaceFacts } from "./marketplace-facts.ts";
import { provedCommit } from "./offer-findings-of.ts";
import { copyThatCounts, readsLive } from "./plugin-copies.ts";

const text = z.nullable(z.string());

/** Where a plugin comes from. A folder of this machine is not named: elsewhere it is another one. */
const Source = z.strictObject({
  marketplace: text,
  kind: text,
  /** The repository, address or package of the marketplace. */
  from: text,
  ref: text,
  /** Of the plugin in its marketplace, or its own repository. */
  path: text,
});

/** What stands for one plugin in a lock, or in an audit that was kept. */
export const PluginState = z.strictObject({
  host: z.enum(["claude", "codex"]),
  id: z.string(),
  source: Source,
  version: text,
  /** Proven by the files; null where no commit is. */
  commit: z.nullable(ObjectId),
  /** The git tree of the files that a new session loads; null where they could not be read. */
  tree: z.nullable(ObjectId),
});
export type PluginState = z.output<typeof PluginState>;

/** Returns what a new session would load of a plugin, by its bytes. */
export function stateOf({ facts, next }: JudgedPlugin): PluginState {
  const { host, id, marketplace, entry } = facts;
  const live = readsLive(facts);
  const copy = copyThatCounts(facts, next);
  const copied = copy?.bytes.kind === "read" ? copy.bytes.tree : null;
  const tree = live ? (facts.offered?.tree ?? null) : copied;
  const proved = copy === null || live ? null : provedCommit(standingOf(copy, facts.offered));
  const commit = ObjectId.safeParse(proved);
  return {
    host,
    id,
    source: {
      marketplace: marketplace?.name ?? null,
      kind: marketplace?.source.kind ?? null,
      ...origin(marketplace),
      path: entry === null ? null : pathOf(entry.source),
    },
    version: next.kind === "loads" ? next.version : null,
    commit: commit.success ? commit.data : null,
    tree: next.kind === "unknown" ? null : tree,
  };
}

function origin(marketplace: MarketplaceFacts | null): {
  readonly from: string | null;
  readonly ref: string | null;
} {
  const source = marketplace?.source;
  switch (source?.kind) {
    case "github":
      return { from: source.repo, ref: source.ref };
    case "git":
      return { from: withoutSecrets(source.url), ref: source.ref };
    case "url":
      return { from: withoutSecrets(source.url), ref: null };
    case "npm":
      return { from: source.package, ref: null };
    default:
      return { from: null, ref: null };
  }
}

function withoutSecrets(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^@/]*@/i, "$1").replace(/\?.*$/, "");
}

function pathOf(source: MarketplaceEntry["source"]): string | null {
  switch (source.kind) {
    case "relative":
    case "escaping":
      return source.path;
    case "github":
      return [source.repo, source.path].filter((part) => part !== "").join("/");
    case "git":
      return [withoutSecrets(source.url), source.path].filter((part) => part !== "").join("#");
    case "npm":
      return source.package;
    case "other":
      return null;
  }
}
