import type { AgentRecord, ClaimDraft, SessionRecord } from "./session-record.ts";

/** What is known while one file is read. */
export type FileReading = {
  readonly record: SessionRecord;
  readonly file: string;
  /** The sub-agent whose own file it is. */
  readonly agent: AgentRecord | undefined;
  /** Sub-agents within a session's file (older versions): by the id of each of their lines. */
  readonly inline: Map<string, AgentRecord>;
  /** The message that the model is at, and what of it says that Codex ran. */
  message: string | undefined;
  prose: ClaimDraft[];
  callsTools: boolean;
  /** What a person ran last, and the line that holds it. */
  typed: { readonly uuid: string | undefined; readonly drafts: readonly ClaimDraft[] } | undefined;
};
