import type { ObjectId } from "#base/ids.ts";
import type { CachedVersion } from "#claude/plugins/cached-version.ts";
import type { Enablement } from "#claude/plugins/enablement.ts";
import type { InstallRecord } from "#claude/plugins/install-record.ts";
import type { MarketplaceEntry } from "#claude/plugins/marketplace.ts";
import type { PluginFolder } from "#claude/plugins/plugin-folder.ts";
import type { FolderTree } from "#git/clone/folder-tree.ts";
import type { TreeMatch } from "#git/clone/tree-match.ts";
import type { MarketplaceFacts } from "./marketplace-facts.ts";

/** Everything that is known of one plugin, side by side. Claims and bytes are kept apart. */
export type PluginFacts = {
  /** `name@marketplace`; `name@inline`, `name@skills-dir` for what has no marketplace. */
  readonly id: string;
  readonly host: "claude" | "codex";
  /** Null where no settings file speaks of it. */
  readonly enablement: Enablement | null;
  /** Null where the host does not know the marketplace. */
  readonly marketplace: MarketplaceFacts | null;
  readonly entry: MarketplaceEntry | null;
  /** What its marketplace would give now; null where there is no entry, or its source is not here to look at. */
  readonly offered: Offered | null;
  /** One for each record, in the order of the host's file, then those that no record names. */
  readonly copies: readonly CopyFacts[];
  readonly live: readonly LiveLoad[];
};

export type Offered = {
  /** The manifest's, else the entry's. */
  readonly version: string | null;
  /** That of the marketplace clone, or of the plugin's own repository where the marketplace names one. */
  readonly commit: ObjectId | null;
  readonly tree: ObjectId | null;
  readonly folder: PluginFolder | null;
};

/** One copy of a plugin on disk. */
export type CopyFacts = {
  /** Null where no record names it. */
  readonly record: InstallRecord | null;
  /** Whether the record counts in the folder that was asked in. */
  readonly applies: boolean;
  /** Null where it lies outside the cache, or is not there. */
  readonly cached: CachedVersion | null;
  readonly folder: PluginFolder;
  readonly bytes: FolderTree;
  /** The commit whose tree equals the bytes. */
  readonly match: TreeMatch;
  /** What the recorded commit has in the plugin's folder. */
  readonly recorded: RecordedCommit;
  /**
   * How the bytes differ from the recorded commit, else from the nearest one; empty where they do not,
   * null where there is nothing to compare with.
   */
  readonly differences: Differences | null;
  /** How the bytes' commit lies to the recorded one, and to what is offered; null where that is not known. */
  readonly besideRecorded: CommitOrder | null;
  readonly besideOffered: CommitOrder | null;
  /** Commits that changed the plugin's folder between its bytes' commit and the clone's HEAD; null where not known. */
  readonly missing: readonly CommitLine[] | null;
};

export type RecordedCommit =
  | { readonly kind: "none" }
  /** The clone does not have it. */
  | { readonly kind: "not-here" }
  /** The commit is here and has no such folder. */
  | { readonly kind: "no-folder" }
  | { readonly kind: "here"; readonly tree: ObjectId; readonly version: string | null };

/** How one commit lies to another: `older` is its ancestor, `newer` its descendant. */
export type CommitOrder = "same" | "older" | "newer" | "unrelated";

export type Differences = {
  readonly against: ObjectId;
  readonly files: readonly { readonly path: string; readonly how: "added" | "removed" | "changed" }[];
  /** Whether every added or changed file is younger than the rest of the folder. */
  readonly younger: boolean;
};

export type CommitLine = { readonly commit: ObjectId; readonly at: string; readonly subject: string };

/** What a session that lives has loaded of it. */
export type LiveLoad = {
  readonly pid: number;
  readonly startTime: string;
  readonly sessionId: string | null;
  /** The tree of its folder's bytes at the session's first stop; null where that is not on record. */
  readonly tree: ObjectId | null;
  readonly evidence:
    | { readonly kind: "marker"; readonly path: string; readonly version: string }
    /** Marks of one process in several versions: a reload or an update in the background. */
    | { readonly kind: "markers"; readonly paths: readonly string[]; readonly first: string | null }
    | {
        readonly kind: "recorded";
        readonly path: string;
        readonly version: string | null;
        readonly at: string;
      }
    | { readonly kind: "argument"; readonly path: string }
    | { readonly kind: "environment"; readonly path: string }
    | { readonly kind: "directory-source"; readonly path: string }
    | { readonly kind: "unknown" };
};
