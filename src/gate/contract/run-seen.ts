import type { RunFailure } from "./run-failure.ts";

/** One use of a tool by the events of the run: `tool` as a contract names it, or what Codex calls it. */
export type ToolUse = { readonly tool: string; readonly state: "done" | "failed" | "unfinished" };

/** What Codex itself reported: its events, never its words. */
export type RunReport = {
  readonly threadId: string | undefined;
  readonly end: { readonly kind: "completed" } | { readonly kind: "failed"; readonly failure: RunFailure };
  readonly uses: readonly ToolUse[];
  readonly commands: readonly { readonly command: string; readonly exitCode: number | undefined }[];
  /** The final message. */
  readonly answer: string | undefined;
};

/** What was read of a file's bytes that tells what kind of file it is. */
export type FileContent = {
  /** The first bytes and the last ones, as hex digits. */
  readonly head: string;
  readonly tail: string;
  /** What keeps it from being text, JSON or JSON lines, as the kind asks; absent where nothing does. */
  readonly form: string | undefined;
  /** What its schema says against it; absent where it says nothing, or there is none. */
  readonly schema: string | undefined;
};

/** What lies in an output's place. */
export type FileSeen =
  | { readonly kind: "missing" }
  | { readonly kind: "outside" | "no-file" | "unreadable"; readonly detail: string }
  | { readonly kind: "file"; readonly bytes: number; readonly sha256: string; readonly content: FileContent };

export type OutputSeen = {
  readonly path: string;
  /** Its digest before the run; absent where it was not there. */
  readonly before: string | undefined;
  readonly after: FileSeen;
};

/** Which guarded files are others than before: by content, right to execute, or being there at all. */
export type GuardedSeen =
  | { readonly kind: "compared"; readonly changed: readonly string[] }
  | { readonly kind: "not-compared"; readonly why: string };

/** What came of a verification that we ran. */
export type VerificationSeen = {
  readonly command: readonly string[];
  readonly end:
    | { readonly kind: "exited"; readonly exitCode: number }
    | { readonly kind: "signal"; readonly signal: string }
    | { readonly kind: "timed-out"; readonly seconds: number }
    | { readonly kind: "not-run"; readonly why: string };
  /** The last of what it printed, on one line. */
  readonly words: string;
};

export type ImageSeen = {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly content: Pick<FileContent, "head" | "tail">;
};

/** What Codex keeps of the thread's generated images, and whether its login offers the tool at all. */
export type ImagesSeen = {
  readonly images: readonly ImageSeen[];
  /** Why this login is not offered the tool; absent where nothing is known against it. */
  readonly notOffered: string | undefined;
  readonly copies: readonly ImageSeen[];
  /** Why an image that was to be copied was not. */
  readonly notCopied: readonly string[];
};

/** What we found ourselves once Codex was gone. */
export type Aftermath = {
  readonly outputs: readonly OutputSeen[];
  readonly guarded: GuardedSeen;
  /** What is wrong with the answer where JSON was asked for; absent where nothing is. */
  readonly answerFault: string | undefined;
  readonly verifications: readonly VerificationSeen[];
  readonly images: ImagesSeen;
  /** Outputs that are not as Codex left them since the verifications ran. */
  readonly changedByUs: readonly string[];
};

export type RunSeen = RunReport & Aftermath;
