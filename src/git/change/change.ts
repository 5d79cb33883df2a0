import type { ObjectId } from "#base/ids.ts";
import type { Opaque, Snapshot } from "#git/snapshot/snapshot.ts";

/** One path that differs between two snapshots. */
export type FileChange = {
  readonly kind: "added" | "deleted" | "modified" | "renamed" | "type-changed";
  /** Where it is now; for a deleted file, where it was. Not valid UTF-8: bytes are kept as `\xNN`. */
  readonly path: string;
  /** Where it was, where that differs from `path`. */
  readonly oldPath: string | undefined;
  /** Octal file modes as git writes them, `000000` where there is no file on that side. */
  readonly oldMode: string;
  readonly newMode: string;
  /** `undefined` where there is no file on that side. */
  readonly oldBlob: ObjectId | undefined;
  readonly newBlob: ObjectId | undefined;
  /** Judged by content (a NUL byte), never by an attribute that the change itself could set. */
  readonly binary: boolean;
  /** The old content is gone from the object store: the patch shows the file whole. */
  readonly baselineLost: boolean;
  /** Unified diff of this path, `diff --git` header included; empty for binary files. */
  readonly patch: string;
};

/** All that happened between two snapshots. */
export type Change = {
  readonly files: readonly FileChange[];
  /** Opaque things that appeared, went, or whose state differs. */
  readonly opaque: readonly Opaque[];
  /** Which of git's hiding rules differ: they may keep edits out of sight. */
  readonly rules: readonly (keyof Snapshot["rules"])[];
};
