import { called, callId, type Line, noticed, resulted, said } from "../transcript-lines.ts";
import type { Call } from "./story-world.ts";

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
  if (call.kind === "shell") return shellLines(call);
  const { name, input, detail } = fileCall(`${root}/${call.path}`, call);
  return [
    { time: call.at, line: called(call.at, name, input) },
    { time: call.endedAt, line: resulted(call.endedAt, callId(call.at, name), detail) },
  ];
}

/** A command during which the session does other things runs in the background: the host tells when it is over. */
function shellLines({ at, endedAt }: Extract<Call, { readonly kind: "shell" }>): readonly Timed[] {
  const id = callId(at, "Bash");
  const output = { stdout: "", stderr: "" };
  if (endedAt !== null && endedAt - at < 5) {
    const begun = { time: at, line: called(at, "Bash", { command: "make" }) };
    return [begun, { time: endedAt, line: resulted(endedAt, id, output) }];
  }
  const task = `task${at}`;
  const input = { command: "make", run_in_background: true };
  return [
    { time: at, line: called(at, "Bash", input) },
    { time: at, line: resulted(at, id, { ...output, backgroundTaskId: task }) },
    ...(endedAt === null ? [] : [{ time: endedAt, line: noticed(endedAt, task, id) }]),
  ];
}

type ToolUse = { readonly name: string; readonly input: Line; readonly detail: Line };

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
