import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { scratchFolder } from "./scratch-folder.ts";

/** A line of a transcript, as Claude Code 2.1.330 writes it, without what nobody reads. */
export type Line = Readonly<Record<string, unknown>>;

/** The moment that many seconds into the hour in which all transcripts of the tests are set. */
export function second(seconds: number): Date {
  return new Date(Date.UTC(2026, 0, 2, 3, 0, 0, seconds * 1000));
}

/** An answer of the agent that calls no tool. */
export function said(at: number, text: string, own: Line = {}): Line {
  return answer(at, [{ type: "text", text }], { id: `msg_${at}_${text}`, own });
}

/** An answer that calls one tool; its id names the call. */
export function called(at: number, name: string, input: Line, own: Line = {}): Line {
  const id = callId(at, name);
  return answer(at, [{ type: "tool_use", id, name, input }], { id: `msg_of_${id}`, own });
}

/** The id of the call that `called` makes. */
export function callId(at: number, name: string): string {
  return `toolu_${at}_${name}`;
}

/** What the host writes of a call's result: what the tool gave it, or only a text to the model. */
export function resulted(at: number, id: string, detail: unknown, own: Line = {}): Line {
  return prompted(at, [{ type: "tool_result", tool_use_id: id, content: "It worked." }], {
    toolUseResult: detail,
    ...own,
  });
}

/** The result of a call as a sub-agent's transcript has it. */
export function told(at: number, id: string, text: string, failed = false): Line {
  return prompted(at, [{ type: "tool_result", tool_use_id: id, content: text, is_error: failed }]);
}

/** What is said to the agent in the user's name. */
export function prompted(at: number, content: unknown, own: Line = {}): Line {
  return line("user", at, { message: { role: "user", content }, ...own });
}

/** The notice that a background task is over, as it is queued. */
export function noticed(at: number, task: string, call?: string): Line {
  const used = call === undefined ? "" : `<tool-use-id>${call}</tool-use-id>\n`;
  const content = `<task-notification>\n<task-id>${task}</task-id>\n${used}<status>completed</status>\n<summary>x</summary>\n</task-notification>`;
  return line("queue-operation", at, { operation: "enqueue", content });
}

/** What a hook leaves that printed something. */
export function hooked(at: number, hookEvent: string, durationMs = 1000): Line {
  return line("attachment", at, { attachment: { type: "hook_success", hookEvent, durationMs } });
}

export type TranscriptStage = {
  readonly path: string;
  /** Where the agent works unless a line says otherwise: an empty folder. */
  readonly work: string;
  add(...lines: readonly (Line | string)[]): void;
  /** Writes the transcript of a sub-agent, and the record beside it where one is given. */
  agent(id: string, lines: readonly Line[], meta?: Line): string;
};

/** Makes a transcript in a folder of its own that goes away with the test. */
export function transcriptStage(...lines: readonly (Line | string)[]): TranscriptStage {
  const root = scratchFolder();
  const work = join(root, "work");
  const path = join(root, "projects", "-work", "5e55.jsonl");
  const written = (line: Line | string): string =>
    typeof line === "string" ? line : `${JSON.stringify({ cwd: work, ...line })}\n`;
  for (const folder of [work, dirname(path)]) mkdirSync(folder, { recursive: true });
  writeFileSync(path, lines.map(written).join(""));
  return {
    path,
    work,
    add: (...more) => appendFileSync(path, more.map(written).join("")),
    agent: (id, own, meta) => {
      const folder = join(path.replace(/\.jsonl$/, ""), "subagents");
      mkdirSync(folder, { recursive: true });
      const file = join(folder, `agent-${id}.jsonl`);
      writeFileSync(file, own.map((line) => written({ isSidechain: true, ...line })).join(""));
      if (meta !== undefined) writeFileSync(join(folder, `agent-${id}.meta.json`), JSON.stringify(meta));
      return file;
    },
  };
}

function answer(
  at: number,
  content: readonly Line[],
  { id, own }: { readonly id: string; readonly own: Line },
): Line {
  return line("assistant", at, { message: { id, role: "assistant", content }, ...own });
}

function line(type: string, at: number, own: Line): Line {
  return { type, timestamp: second(at).toISOString(), ...own };
}
