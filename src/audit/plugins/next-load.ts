import type { Found } from "#base/found-file.ts";
import type { MarketplacePolicy } from "#claude/plugins/marketplace-policy.ts";
import type { UnrecordedPlugin } from "#claude/plugins/unrecorded-plugin.ts";

/** What a session that is started now, in the folder that was asked in, would load of a plugin. */
export type NextLoad =
  | {
      readonly kind: "loads";
      readonly path: string;
      readonly version: string | null;
      readonly why: LoadReason;
      /** The record that decides, by its place in the host's list. */
      readonly record: number | null;
      /** Its hooks are off by settings, or cannot be read. */
      readonly hooks: "run" | "off" | "broken";
    }
  | { readonly kind: "does-not-load"; readonly why: NotLoaded }
  | { readonly kind: "unknown"; readonly why: UnknownLoad };

type LoadReason =
  | "record"
  | "directory-source"
  | "environment"
  | "seed"
  | "skills-dir"
  /** It has no record, and is taken from the cache before the session starts. */
  | "installed-at-start"
  | "cache";

export type NotLoaded =
  | "not-enabled"
  | "disabled"
  /** A plugin of the same name is given by `CLAUDE_CODE_PLUGIN_DIRS`, and takes its place. */
  | "overridden"
  /** An installed plugin has the name of this one, which lies among the skills. */
  | "name-taken"
  /** Another session has it from its own command line; a new one would not. */
  | "given-to-a-session"
  | "no-record"
  | "no-record-applies"
  | "records-unreadable"
  | "marketplaces-unreadable"
  | "marketplace-unknown"
  | "marketplace-missing"
  | "marketplace-unreadable"
  | "not-offered"
  | "folder-missing"
  | "manifest-broken";

export type UnknownLoad =
  | "settings-unreadable"
  | "file-newer"
  | "folder-unreadable"
  | "policy"
  | "installed-at-start";

/** What decides on every plugin alike. */
export type LoadSurroundings = {
  /** Whether every settings file could be read. */
  readonly settings: "read" | "unreadable";
  readonly records: Found<unknown>["kind"];
  readonly marketplaces: Found<unknown>["kind"];
  /** Whether settings switch the hooks of plugins off. */
  readonly hooks: "run" | "off";
  readonly unrecorded: readonly UnrecordedPlugin[];
  /** What an administrator says of marketplaces. */
  readonly policies: readonly MarketplacePolicy[];
  /** Whether what is enabled and has no record is installed before a session starts. */
  readonly installsAtStart: boolean;
  /** Names of installed plugins that are enabled. */
  readonly installedNames: readonly string[];
};
