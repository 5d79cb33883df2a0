/**
 * What a tool call is known to have done to one file. All texts have line feeds alone: Claude Code
 * 2.1.330 shows a file with CRLF so, and writes the CRLF back. Compare with line ends made alike.
 */
export type FileEdit =
  /** Exactly these texts. `before` is `null` where there was no file, or an empty one: the host says the same of both. */
  | { readonly kind: "whole"; readonly before: string | null; readonly after: string }
  /**
   * What was replaced by what, once or everywhere, in a text that the host left out: of a file
   * above some 10,000 characters, or of any in a sub-agent. `applyReplacement` does it as the host does.
   */
  | { readonly kind: "replace"; readonly old: string; readonly new: string; readonly all: boolean }
  /** Written whole; what was there before is not known. */
  | { readonly kind: "content"; readonly after: string }
  /** It wrote this file, or may have; how is not known. */
  | { readonly kind: "unknown" };

/** One tool call that wrote, or may have written. Both times are those of the session's own record. */
export type ToolRecord =
  /** `path` is absolute, with symlinked parents resolved. */
  | {
      readonly kind: "edit";
      readonly tool: string;
      readonly path: string;
      readonly edit: FileEdit;
      readonly at: Date;
      readonly endedAt: Date;
    }
  /**
   * Anything not known to be read-only: it may have written anywhere while it ran. `endedAt` is
   * `null` where no end was seen. What it left running by itself (`&`) leaves no trace at all.
   */
  | { readonly kind: "shell"; readonly tool: string; readonly at: Date; readonly endedAt: Date | null };

/** What a session's tools did from a moment on. */
export type ToolHistory = {
  /** By their start. Those of sub-agents are among them. */
  readonly records: readonly ToolRecord[];
  /**
   * Every transcript, the session's and its sub-agents', was there and was read from that moment
   * on, and each tool call has its result or is among the records as one without an end.
   */
  readonly whole: boolean;
  /** What the agent last said in the session's own transcript. */
  readonly lastMessage: string | undefined;
  /** The absolute folders in which the session is seen to have worked, in the order of their first appearance. */
  readonly folders: readonly string[];
};
