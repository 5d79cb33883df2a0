import type { NotLoaded } from "#audit/plugins/next-load.ts";
import type { ObjectId } from "#base/ids.ts";
import type { Subject } from "./subject.ts";

/** What the sessions that live have loaded, and what sessions left behind. */
export type SessionFindings = {
  readonly "update-pending-restart": Subject & {
    readonly path: string;
    readonly version: string | null;
    readonly sessions: readonly SessionWord[];
  };
  /** One folder, whose files were others at the sessions' first stops. */
  readonly "changed-under-session": Subject & {
    readonly path: string;
    readonly tree: ObjectId;
    /** Where the host keeps its copies, in which nothing should change. */
    readonly inCache: boolean;
    readonly sessions: readonly (SessionWord & { readonly tree: ObjectId })[];
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
