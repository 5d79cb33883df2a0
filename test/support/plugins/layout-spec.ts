import type { Holder } from "./holders.ts";
import type { Files, RepositorySpec } from "./repository-spec.ts";

/** A commit of one of the world's repositories, by the names of both in the test. */
export type CommitName = { readonly repository: string; readonly commit: string };

/** A config directory as Claude Code could have left it, and the upstream repositories around it. */
export type PluginLayout = {
  /** Every repository that marketplaces and plugins come from. */
  readonly repositories: readonly RepositorySpec[];
  readonly marketplaces?: readonly MarketplaceLayout[];
  /** `installed_plugins.json`, version 2: by `plugin@marketplace`, in the order of the file. */
  readonly records?: Readonly<Record<string, readonly RecordLayout[]>>;
  readonly caches?: readonly CacheLayout[];
  /** `enabledPlugins` of the user's settings; by default everything that has a record is on. */
  readonly enabled?: Readonly<Record<string, boolean>>;
  /** More of the user's settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Folders that sessions are started in, by name, with what is written into them. */
  readonly projects?: Readonly<Record<string, Files>>;
  /** `sessions/<pid>.json`. */
  readonly sessions?: readonly SessionLayout[];
  /** Written last, by path in the config directory: for files that are broken, of another version, or missing. */
  readonly files?: Files;
};

export type MarketplaceKind = "github" | "git" | "directory" | "file" | "url";

export type MarketplaceLayout = {
  /** As in its manifest. */
  readonly name: string;
  /** The name of its repository. */
  readonly repository: string;
  /**
   * `github` and `git` have a clone in the config directory. Of `directory` and `file` (its manifest's path) the
   * source is a work tree of the repository elsewhere, and nothing is copied. Of `url` there is the manifest alone.
   */
  readonly kind?: MarketplaceKind;
  /** The commit that the clone, or the directory, stands at; by default the last one. */
  readonly at?: string;
  /** A clone that Claude Code made has depth one, which is the default here too. */
  readonly history?: "shallow" | "whole";
  /** What a later fetch brought to `origin/main` while HEAD stayed; leaves a FETCH_HEAD. */
  readonly fetched?: string;
  readonly autoUpdate?: boolean;
  /** ISO time; some day by default. */
  readonly lastUpdated?: string;
};

export type RecordLayout = {
  /** `user` by default. */
  readonly scope?: "user" | "project" | "local" | "managed";
  /** The name of the project that a record of scope `project` or `local` is for. */
  readonly project?: string;
  readonly version: string;
  /** What it says to have been installed; a text is taken as it is, and nothing is said without it. */
  readonly commit?: CommitName | string;
  /** By default the folder of its version in the cache. */
  readonly installPath?: string;
  readonly installedAt?: string;
  readonly lastUpdated?: string;
};

export type CacheLayout = {
  /** `plugin@marketplace` */
  readonly plugin: string;
  /** The name of the folder. */
  readonly version: string;
  /** Whose bytes are in it. `folder` is `plugins/<plugin>` by default; `.` is the top of the repository. */
  readonly from: CommitName & { readonly folder?: string };
  /** What was changed in it afterwards, by hand or otherwise. */
  readonly edits?: Files;
  /** Milliseconds; makes `.orphaned_at`. */
  readonly orphanedAt?: number;
  /** Makes `.in_use`; an empty list makes it empty, as Claude Code leaves it behind. */
  readonly holders?: readonly Holder[];
};

export type SessionLayout = Holder & {
  readonly sessionId: string;
  /** The name of the project it was started in. */
  readonly project: string;
};
