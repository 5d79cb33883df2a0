import type { NotLoaded, UnknownLoad } from "#audit/plugins/next-load.ts";
import type { Subject } from "./subject.ts";

/** What a new session would load. */
export type LoadFindings = {
  readonly "enabled-not-loaded": Subject & { readonly reason: NotLoaded };
  readonly "load-unknown": Subject & { readonly reason: UnknownLoad };
  readonly "loaded-without-record": Subject & {
    readonly path: string;
    readonly by:
      | "environment"
      | "seed"
      | "skills-dir"
      | "plugin-dir"
      | "directory-source"
      | "installed-at-start"
      | "session";
    readonly pids: readonly number[];
  };
  readonly "directory-source-live": Subject & {
    readonly path: string;
    readonly installPath: string | null;
    readonly recorded: string | null;
    readonly live: string | null;
    /** Whether the folder still has the bytes that were installed; null where that cannot be told. */
    readonly same: boolean | null;
  };
};
