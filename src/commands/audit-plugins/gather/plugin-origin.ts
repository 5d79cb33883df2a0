import type { Offered } from "#audit/plugins/plugin-facts.ts";
import { ObjectId } from "#base/ids.ts";
import type { MarketplaceEntry, PluginSource } from "#claude/plugins/marketplace.ts";
import { repositoryUrl } from "#claude/plugins/repository-url.ts";
import { folderAt } from "#git/clone/folder-at.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";
import type { FetchedHistories } from "./fetched-histories.ts";
import { versionAt } from "./version-at.ts";

/** Where in a history a plugin lies, as a path with `/`; or why no history of it is here. */
export type Origin =
  | {
      readonly kind: "folder";
      readonly clone: OpenClone;
      readonly path: string;
      /** What it is called in the marketplace whose history this is; null in a repository of its own. */
      readonly name: string | null;
    }
  | { readonly kind: "elsewhere"; readonly why: string };

/** What a plugin of a repository of its own would be now, as far as its history is here. */
export type OwnRepository = { readonly origin: Origin; readonly offered: Offered | null };

/**
 * Returns what is here of a plugin that lies in a repository of its own; null for one that does not.
 *
 * @throws GitFault `git-missing`, `git-timed-out`.
 */
export async function ownRepository(
  { source, version }: MarketplaceEntry,
  histories: FetchedHistories,
  claimed: readonly ObjectId[],
): Promise<OwnRepository | null> {
  const url = repositoryUrl(source);
  if (url === null || !("sha" in source)) return null;
  const pin = ObjectId.safeParse(source.sha);
  const { clone, remote } = await histories.of(url, pin.success ? [...claimed, pin.data] : claimed);
  if (clone === null) {
    const why =
      remote.kind === "not-answered"
        ? `it comes from a repository of its own, which did not answer (${remote.detail})`
        : "it comes from a repository of its own, whose history is not on this machine";
    return { origin: { kind: "elsewhere", why }, offered: null };
  }
  const commit = pin.success ? pin.data : commitOf(clone, source.ref);
  const found = commit === null ? null : await folderAt(clone, { commit, path: source.path });
  const origin = { kind: "folder", clone, path: source.path, name: null } as const;
  if (commit === null || found?.kind !== "folder") return { origin, offered: null };
  const named = await versionAt(clone, source.path, commit);
  return { origin, offered: { version: named ?? version, commit, tree: found.tree, folder: null } };
}

/** Returns why a plugin whose source is no repository has no history here. */
export function whyNoHistory(source: PluginSource | null): string {
  switch (source?.kind) {
    case undefined:
      return "its marketplace does not say where it comes from";
    case "npm":
      return "it comes from a package of npm, which has no history";
    case "escaping":
      return "its marketplace says that it lies outside of the marketplace";
    case "relative":
      return "its marketplace has no history here";
    case "github":
    case "git":
    case "other":
      return "nothing is known of where it comes from";
  }
}

function commitOf({ head, refs }: OpenClone, ref: string | null): ObjectId | null {
  if (ref === null) return head;
  const names = [`refs/remotes/origin/${ref}`, `refs/tags/${ref}`];
  return refs.find(({ name }) => names.includes(name))?.id ?? null;
}
