import type { RunId } from "#runs/records/run-record.ts";

/** How a run of Codex ended, as its rollout or its record tells. `unknown`: nothing says that it did. */
export type SeenEnd = "completed" | "failed" | "interrupted" | "unknown";

/** One turn of Codex that left something on this machine: in a rollout, in a record of ours, or in both. Times are epoch milliseconds. */
export type SeenRun = {
  /** Names it within one audit: `THREAD/TURN`, or a record's id where it has no turn. */
  readonly id: string;
  readonly thread: string | undefined;
  readonly rollout: string | undefined;
  readonly began: number;
  readonly ended: number | undefined;
  /** With symbolic links resolved. */
  readonly cwd: string | undefined;
  /** `exec`, `cli`, `vscode`, ... */
  readonly source: string | undefined;
  readonly originator: string | undefined;
  /** The thread that started its thread, as a review does. */
  readonly parent: string | undefined;
  /** How each prompt begins. */
  readonly prompts: readonly string[];
  readonly answer: string | undefined;
  readonly end: SeenEnd;
  readonly detail: string;
  /** The record of `countersign exec` or `thread`. */
  readonly record: RunId | undefined;
  /** The receipt of a review by the gate, or of `countersign review`. */
  readonly receipt: { readonly id: string; readonly session: string; readonly asked: boolean } | undefined;
  /** Its rollout was written by the agent itself. */
  readonly forged: boolean;
};

/** A thread that a transcript names, whenever it began. */
export type KnownThread = {
  readonly thread: string;
  readonly rollout: string;
  readonly began: number | undefined;
  readonly lastTurn: number | undefined;
};

/** A CODEX_HOME that was looked into. */
export type SeenHome = {
  readonly path: string;
  readonly why: readonly string[];
  readonly state: "read" | "absent" | "unreadable";
  readonly detail: string;
};

/** All that a claim can be compared with. */
export type SeenEvidence = {
  readonly runs: readonly SeenRun[];
  readonly threads: readonly KnownThread[];
  readonly homes: readonly SeenHome[];
};
