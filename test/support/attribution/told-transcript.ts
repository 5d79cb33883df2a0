import { called, callId, type Line, resulted, said } from "../transcript-lines.ts";
import type { Call } from "./story.ts";

/** What the agent says at a stop at that time. */
export function lastWords(at: number): string {
  return `Done at ${at}.`;
}

/** Returns the transcript of a session of a story, as Claude Code 2.1.330 would have written it. */
export function toldTranscript(root: string, calls: readonly Call[], stops: readonly number[]): string {
  const lines = [
    ...calls.flatMap((call) => linesOf(root, call)),
    ...stops.map((at) => ({ time: at - 1, line: said(at - 1, lastWords(at)) })),
  ];
  return lines
    .sort((a, b) => a.time - b.time)
    .map(({ line }) => `${JSON.stringify({ cwd: root, ...line })}\n`)
    .join("");
}

type Timed = { readonly time: number; readonly line: Line };

function linesOf(root: string, call: Call): readonly Timed[] {
  const { name, input, detail } = call.kind === "shell" ? SHELL : fileCall(`${root}/${call.path}`, call);
  const begun = { time: call.at, line: called(call.at, name, input) };
  if (call.endedAt === null) return [begun];
  return [begun, { time: call.endedAt, line: resulted(call.endedAt, callId(call.at, name), detail) }];
}

type ToolUse = { readonly name: string; readonly input: Line; readonly detail: Line };

const SHELL: ToolUse = { name: "Bash", input: { command: "make" }, detail: { stdout: "", stderr: "" } };

function fileCall(file: string, { edit }: Extract<Call, { readonly kind: "edit" }>): ToolUse {
  switch (edit.kind) {
    case "whole":
      return write(file, edit.after, {
        type: edit.before === null ? "create" : "update",
        originalFile: edit.before,
      });
    case "content":
      return write(file, edit.after, { type: "update", originalFile: null });
    case "replace":
      return replace(file, edit.old, edit.new, {});
    case "unknown":
      return replace(file, "one", "two", { userModified: true });
  }
}

function write(filePath: string, content: string, own: Line): ToolUse {
  return { name: "Write", input: { file_path: filePath, content }, detail: { filePath, content, ...own } };
}

function replace(filePath: string, oldString: string, newString: string, own: Line): ToolUse {
  return {
    name: "Edit",
    input: { file_path: filePath, old_string: oldString, new_string: newString },
    detail: { filePath, oldString, newString, originalFile: null, structuredPatch: [], ...own },
  };
}
