import type { FileEdit } from "#claude/transcript/tool-records.ts";
import type { SharedFiles } from "./shared-files.ts";

export type SessionName = "A" | "B";

/** A call of a tool, in the time of the story; `endedAt` is `null` while it runs. */
export type Call =
  | {
      readonly kind: "edit";
      readonly path: string;
      readonly edit: FileEdit;
      readonly at: number;
      readonly endedAt: number;
    }
  | { readonly kind: "shell"; readonly at: number; endedAt: number | null };

export type Texts = ReadonlyMap<string, string>;
export type Seen = { readonly files: Texts; readonly at: number; readonly until: number };
type FirstState = Seen & { readonly why: "start" | "signed" };

export type Session = {
  started: number;
  baseline: FirstState;
  readonly calls: Call[];
  readonly seen: Seen[];
};

/** One stop of a session: all that anybody can know by then, and what really happened. */
export type StoryStop = {
  readonly viewer: SessionName;
  readonly at: number;
  readonly until: number;
  readonly files: Texts;
  readonly sessions: Readonly<Record<SessionName, Readonly<Session>>>;
  readonly truth: SharedFiles;
  /** Somebody committed since the stop before. */
  readonly committed: boolean;
};

export type World = {
  readonly truth: SharedFiles;
  readonly sessions: Record<SessionName, Session>;
  readonly stops: StoryStop[];
  committed: Texts;
  aside: { readonly files: SharedFiles["files"]; readonly flags: SharedFiles["flags"] } | undefined;
  hasCommit: boolean;
  now: number;
};

/** The other session. */
export function otherOf(name: SessionName): SessionName {
  return name === "A" ? "B" : "A";
}
