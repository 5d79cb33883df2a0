/** When a blow falls, seen from the hook that it is aimed at. */
export type Moment =
  /** So long after the hook was started. */
  | { readonly kind: "started"; readonly ms: number }
  /** While the model is asked for the nth time on its behalf. The answer waits for the blow. */
  | { readonly kind: "asked"; readonly nth: number }
  /** So long after the model's answer has left. */
  | { readonly kind: "answered"; readonly ms: number }
  /** So long after a file of that kind has appeared. */
  | { readonly kind: "file"; readonly file: WatchedFile; readonly ms: number };

export type WatchedFile = "stop-lock" | "session-lock" | "receipt" | "verdict" | "client";

export const PROVIDER_FAULTS = [
  "unauthorized",
  "rate-limit",
  "rate-limit-with-wait",
  "usage-limit",
  "server-error",
  "bad-request",
  "context-too-large",
  "silent",
  "silent-stream",
  "cut",
  "empty",
  "not-json",
  "wrong-shape",
  "wrong-nonce",
  "two-answers",
  "slow",
  "given-up",
] as const;
export type ProviderFault = (typeof PROVIDER_FAULTS)[number];

export const STATE_FILES = [
  "session",
  "receipt",
  "verdict",
  "store",
  "request",
  "session-lock",
  "stop-lock",
  "server-record",
  "keeper-lock",
  "keeper-request",
  "start-lock",
  "socket",
  "lease",
  "client",
] as const;
export type StateFile = (typeof STATE_FILES)[number];

export const DAMAGES = ["cut-short", "garbage", "removed", "folder", "of-a-dead-process"] as const;
export type Damage = (typeof DAMAGES)[number];

export const REPOSITORY_ACTS = [
  "edit",
  "plant",
  "commit",
  "amend",
  "reset",
  "branch",
  "index-lock",
  "pipe",
  "nested",
  "remove-worktree",
] as const;
export type RepositoryAct = (typeof REPOSITORY_ACTS)[number];

export const SESSION_ACTS = ["end", "resume", "compact", "clear", "same-stop", "other-host"] as const;
export type SessionAct = (typeof SESSION_ACTS)[number];

export type Target = "hook" | "server" | "keeper" | "command" | "host";

/** What goes wrong. */
export type Strike =
  | { readonly kind: "kill"; readonly target: Target; readonly signal: "SIGKILL" | "SIGTERM" }
  | { readonly kind: "pause"; readonly target: Target; readonly ms: number }
  | { readonly kind: "provider"; readonly fault: ProviderFault }
  | { readonly kind: "state"; readonly file: StateFile; readonly damage: Damage }
  /** The state root takes nothing more. */
  | { readonly kind: "disk-full" }
  /** This hook may write no file that is longer than this: as a quota would. */
  | { readonly kind: "file-limit"; readonly kilobytes: number }
  | { readonly kind: "repository"; readonly act: RepositoryAct }
  | { readonly kind: "config"; readonly act: "off" | "garbage" | "other" }
  | { readonly kind: "session"; readonly act: SessionAct };

export type Fault = {
  readonly session: number;
  /** 0 is the hook of the session's start, 1 its first stop. */
  readonly hook: number;
  readonly moment: Moment;
  readonly strike: Strike;
};

/** What an agent does before a stop. `twin` leaves size and time of the file as they were. */
export const EDITS = ["new", "bug", "append", "twin", "mend", "future", "commit"] as const;
export type Edit = (typeof EDITS)[number];

export type StopPlan = {
  readonly edits: readonly Edit[];
  /** Begins a new prompt before this stop. */
  readonly prompt: boolean;
};

export type SessionPlan = {
  readonly place: "main" | "worktree";
  readonly onFailure: "allow" | "block";
  /**
   * What the reviewer runs: nothing, a command that ends, one that does not end by itself, or one that
   * leaves another behind in a session of its own and does not listen to SIGTERM either.
   */
  readonly command: "none" | "quick" | "lasting" | "stubborn";
  readonly stops: readonly StopPlan[];
};

/** One storm. All of it comes from its seed. */
export type Scenario = {
  readonly seed: number;
  readonly number: number;
  /** Who fires the hooks: the scenario itself, or the real Claude Code, whose model is played too. */
  readonly host: "played" | "claude";
  /** How often Codex asks again by itself. */
  readonly retries: number;
  /** Short where something in it is to be waited out; else long enough for a machine under load. */
  readonly deadlineSeconds: number;
  readonly sessions: readonly SessionPlan[];
  readonly faults: readonly Fault[];
};
