import type { NotLoaded, UnknownLoad } from "#audit/plugins/next-load.ts";
import type { Subject } from "./subject.ts";

/** What a new session would load, and what those that live have loaded. */
export type LoadFindings = {
  readonly "enabled-not-loaded": Subject & { readonly reason: NotLoaded };
  readonly "load-unknown": Subject & { readonly reason: UnknownLoad };
  readonly "loaded-without-record": Subject & {
    readonly path: string;
    readonly by: "environment" | "seed" | "skills-dir" | "plugin-dir" | "directory-source" | "session";
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
  readonly "update-pending-restart": Subject & {
    readonly path: string;
    readonly version: string | null;
    readonly sessions: readonly SessionWord[];
  };
  /** Disabled or uninstalled meanwhile. */
  readonly "still-loaded": Subject & {
    readonly reason: NotLoaded;
    readonly sessions: readonly SessionWord[];
  };
  readonly "folder-gone-under-session": Subject & { readonly sessions: readonly SessionWord[] };
  readonly "two-versions-in-process": Subject & {
    readonly pid: number;
    readonly sessionId: string | null;
    readonly paths: readonly string[];
    readonly first: string | null;
  };
  readonly "orphaned-but-held": Subject & {
    readonly path: string;
    /** Milliseconds since 1970. */
    readonly orphanedAt: number;
    readonly pids: readonly number[];
    /** A new session would load another folder of the same plugin. */
    readonly replaced: boolean;
  };
  readonly "dead-holders": Subject & {
    readonly path: string;
    readonly marks: readonly { readonly path: string; readonly pid: number; readonly recycled: boolean }[];
  };
  readonly "leftover-versions": Subject & {
    readonly paths: readonly string[];
    /** How many of them the host has given up already. */
    readonly orphaned: number;
  };
};

/** A session that lives, and what it has of a plugin. */
export type SessionWord = {
  readonly pid: number;
  readonly sessionId: string | null;
  readonly path: string;
};
