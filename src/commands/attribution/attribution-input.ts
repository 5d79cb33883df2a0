import type { SessionId } from "#base/ids.ts";
import type { HookPlace } from "#claude/transcript/may-write-silently.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import type { Baseline, SeenState } from "#runs/sessions/session.ts";

/** A session whose work is told from that of others. */
export type OwnSession = {
  readonly session_id: SessionId;
  /** Where its host keeps the transcript; without one nothing is left out. */
  readonly transcript: string | undefined;
  readonly baseline: Snapshot;
  /** When the baseline was taken (ISO 8601). */
  readonly takenAt: string;
  /** Only one of a start, or a late one, is the work tree as it stood; the others were put together. */
  readonly why: Baseline["why"];
  /** What its stops saw of this tree; what is older than the baseline may be among them. */
  readonly seen: readonly Pick<SeenState, "tree" | "at" | "until">[];
};

/** Another session of the same work tree. */
export type OtherInTree = Pick<OwnSession, "session_id" | "transcript" | "seen"> & {
  readonly started: Date;
  /** From when on its own gate reviews its work; `undefined` where it does not: switched off, or without a baseline yet. */
  readonly reviewedFrom: Date | undefined;
  /** It may still work. */
  readonly live: boolean;
};

export type AttributionInput = {
  readonly tree: WatchedTree;
  readonly session: OwnSession;
  /** What the agent said last, as the host told: a transcript that does not end with it is behind. */
  readonly lastMessage: string | undefined;
  readonly snapshot: Snapshot;
  /** Between these moments the snapshot was made. */
  readonly taken: { readonly at: Date; readonly until: Date };
  readonly others: readonly OtherInTree[];
  /** Reads what hooks the host has for this session. */
  readonly hooks: () => readonly HookPlace[];
};
