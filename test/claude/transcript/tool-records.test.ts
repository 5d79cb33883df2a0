import { mkdirSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readToolHistory } from "#claude/transcript/read-tool-history.ts";
import type { ToolRecord } from "#claude/transcript/tool-records.ts";
import {
  called,
  callId,
  hooked,
  type Line,
  resulted,
  second,
  type TranscriptStage,
  told,
  transcriptStage,
} from "#test/transcript-lines.ts";

const NEVER = new AbortController().signal;

async function recordsOf({ path }: TranscriptStage, since = second(0)): Promise<readonly ToolRecord[]> {
  const history = await readToolHistory(path, since, NEVER);
  expect(history?.whole).toBe(true);
  return history?.records ?? [];
}

/** What the only call, one second long, was taken for. */
async function recordOf(name: string, input: Line, result: Line): Promise<ToolRecord | undefined> {
  const stage = transcriptStage(called(1, name, input), result);
  const records = await recordsOf(stage);
  expect(records.length).toBeLessThan(2);
  return records[0];
}

async function editOf(name: string, input: Line, detail: Line): Promise<unknown> {
  const record = await recordOf(name, input, resulted(2, callId(1, name), detail));
  return record?.kind === "edit" ? record.edit : record?.kind;
}

const swap = (old: string, put: string): Line => ({
  file_path: "/w/a.txt",
  old_string: old,
  new_string: put,
});
const swapped = (oldString: string, newString: string, own: Line = {}): Line => ({
  filePath: "/w/a.txt",
  oldString,
  newString,
  originalFile: "one\ntwo\n",
  structuredPatch: [],
  userModified: false,
  replaceAll: false,
  ...own,
});

test.each([
  ["a text for a text", swapped("one", "uno"), "uno\ntwo\n"],
  ["with what looks like a pattern", swapped("one", "$&$1"), "$&$1\ntwo\n"],
  ["nothing for a whole line", swapped("one", ""), "two\n"],
  ["everywhere", swapped("o", "0", { replaceAll: true }), "0ne\ntw0\n"],
])("an Edit that put %s has both texts", async (_what, detail, after) => {
  const input = swap(String(detail["oldString"]), String(detail["newString"]));
  expect(await editOf("Edit", input, detail)).toEqual({ kind: "whole", before: "one\ntwo\n", after });
});

test("texts have line feeds alone, whatever the record has", async () => {
  const detail = swapped("one", "a\r\nb", { originalFile: "one\r\n" });
  expect(await editOf("Edit", swap("one", "a\r\nb"), detail)).toEqual({
    kind: "whole",
    before: "one\n",
    after: "a\nb\n",
  });
});

test("an Edit of nothing begins a file, in a session and in a sub-agent", async () => {
  const detail = swapped("", "new\n", { originalFile: "" });
  const begun = { kind: "whole", before: null, after: "new\n" };
  expect(await editOf("Edit", swap("", "new\n"), detail)).toEqual(begun);
  const asked = await recordOf("Edit", swap("", "new\n"), told(2, callId(1, "Edit"), "The file is updated."));
  expect(asked).toMatchObject({ edit: begun });
});

test("of a text that the host left out, the replacement is known", async () => {
  const detail = { originalFile: null };
  expect(await editOf("Edit", swap("one", "uno"), swapped("one", "uno", detail))).toEqual({
    kind: "replace",
    old: "one",
    new: "uno",
    all: false,
  });
  const line = { ...detail, structuredPatch: [{ oldLines: 4, newLines: 3 }] };
  expect(await editOf("Edit", swap("one", ""), swapped("one", "", line))).toMatchObject({ old: "one\n" });
  const part = { ...detail, structuredPatch: [{ oldLines: 4, newLines: 4 }] };
  expect(await editOf("Edit", swap("one", ""), swapped("one", "", part))).toMatchObject({ old: "one" });
  const all = { ...line, replaceAll: true };
  expect(await editOf("Edit", swap("one", ""), swapped("one", "", all))).toEqual({ kind: "unknown" });
});

test.each([
  ["a person changed", swap("one", "uno"), swapped("one", "uno", { userModified: true })],
  ["found other quotes", swap('"one"', "uno"), swapped("“one”", "uno")],
  ["does not fit the text", swap("six", "uno"), swapped("six", "uno")],
  ["is of another shape", swap("one", "uno"), { filePath: 7 }],
])("how an Edit wrote that %s is not known", async (_what, input, detail) => {
  expect(await editOf("Edit", input, detail)).toEqual({ kind: "unknown" });
});

test.each([
  ["creates", { type: "create", originalFile: null }, { kind: "whole", before: null, after: "x\n" }],
  ["replaces", { type: "update", originalFile: "y" }, { kind: "whole", before: "y", after: "x\n" }],
  ["replaces what was left out", { type: "update", originalFile: null }, { kind: "content", after: "x\n" }],
  ["has another shape", { type: 1 }, { kind: "unknown" }],
])("a Write that %s a file", async (_what, own, edit) => {
  expect(await editOf("Write", { file_path: "/w/a", content: "x\n" }, { content: "x\n", ...own })).toEqual(
    edit,
  );
});

test("a notebook has both texts, unless the tool says that it went wrong", async () => {
  const input = { notebook_path: "/w/n.ipynb", new_source: "2" };
  const detail = { original_file: "1", updated_file: "2", error: "" };
  expect(await editOf("NotebookEdit", input, detail)).toEqual({ kind: "whole", before: "1", after: "2" });
  expect(await editOf("NotebookEdit", input, { ...detail, error: "no cell" })).toEqual({ kind: "unknown" });
});

test("of a sub-agent's call only what was asked for is known", async () => {
  const edited = told(2, callId(1, "Edit"), "The file /w/a.txt has been updated successfully.");
  expect(await recordOf("Edit", { ...swap("one", "uno"), replace_all: true }, edited)).toMatchObject({
    edit: { kind: "replace", old: "one", new: "uno", all: true },
  });
  const write = { file_path: "/w/a", content: "x" };
  const made = told(2, callId(1, "Write"), "File created successfully at: /w/a (file state is current)");
  expect(await recordOf("Write", write, made)).toMatchObject({ edit: { before: null, after: "x" } });
  const over = told(2, callId(1, "Write"), "The file /w/a has been updated successfully.");
  expect(await recordOf("Write", write, over)).toMatchObject({ edit: { kind: "content", after: "x" } });
});

test("paths are absolute, from the folder of the call, with linked folders resolved", async () => {
  const stage = transcriptStage();
  const real = join(stage.work, "real");
  mkdirSync(real);
  symlinkSync("real", join(stage.work, "link"));
  symlinkSync("target", join(real, "leaf"));
  const names = ["a.txt", "link/a.txt", "link/not/yet.txt", "link/leaf", "~/b.txt", join(real, "../c.txt")];
  for (const [at, name] of names.entries()) {
    const input = { file_path: name, content: "" };
    stage.add(called(at, "Write", input), told(at, callId(at, "Write"), "Updated."));
  }
  const paths = (await recordsOf(stage)).map((record) => record.kind === "edit" && record.path);
  expect(paths).toEqual([
    join(stage.work, "a.txt"),
    join(real, "a.txt"),
    join(real, "not/yet.txt"),
    join(real, "leaf"),
    join(homedir(), "b.txt"),
    join(stage.work, "c.txt"),
  ]);
});

test.each([
  ["the checks before it", "<tool_use_error>String to replace not found in file.</tool_use_error>", {}],
  ["the tool itself", "Refusing to write /w/a: it is a symbolic link.", {}],
  ["a look at the file", "File content has changed since it was last read. This commonly", {}],
  ["a rule", "Permission to use Edit has been denied.", { toolDenialKind: "permission-rule" }],
  ["a person", "The user doesn't want to proceed.", { toolDenialKind: "user-rejected" }],
])("an edit refused by %s wrote nothing", async (_by, text, own) => {
  const refused = { ...told(2, callId(1, "Edit"), text, true), toolUseResult: `Error: ${text}`, ...own };
  expect(await recordOf("Edit", swap("a", "b"), refused)).toBeUndefined();
});

test.each([
  ["broken off by another call", "<tool_use_error>Cancelled: parallel tool call failed</tool_use_error>", {}],
  ["thrown away", "<tool_use_error>Error: Streaming fallback - discarded</tool_use_error>", {}],
  ["failed while it wrote", "<tool_use_error>Error calling tool (Edit): ENOSPC</tool_use_error>", {}],
  ["interrupted", "<tool_use_error>Stopped</tool_use_error>", { toolDenialKind: "interrupted" }],
  ["failed in words not known", "Something else", {}],
])("an edit that was %s may have written", async (_what, text, own) => {
  const failed = { ...told(2, callId(1, "Edit"), text, true), toolUseResult: `Error: ${text}`, ...own };
  expect(await recordOf("Edit", swap("a", "b"), failed)).toMatchObject({ edit: { kind: "unknown" } });
});

test("whatever is not known to be read-only may have written anywhere while it ran", async () => {
  for (const name of ["Read", "Grep", "ToolSearch", "TaskStop", "WebFetch"])
    expect(await recordOf(name, {}, resulted(2, callId(1, name), {}))).toBeUndefined();
  for (const name of ["Bash", "Skill", "mcp__files__put", "MultiEdit", "EnterWorktree", "constructor"])
    expect(await recordOf(name, { file_path: "/w/a" }, resulted(2, callId(1, name), {}))).toEqual({
      kind: "shell",
      tool: name,
      at: second(1),
      endedAt: second(2),
    });
});

test("a shell that failed may have written; a tool that was never run has not", async () => {
  const failed = told(2, callId(1, "Bash"), "Exit code 3", true);
  expect(await recordOf("Bash", {}, failed)).toMatchObject({ kind: "shell", endedAt: second(2) });
  for (const text of ["Error: No such tool available: Bash", "InputValidationError: Bash failed"]) {
    const none = told(2, callId(1, "Bash"), `<tool_use_error>${text}</tool_use_error>`, true);
    expect(await recordOf("Bash", {}, none)).toBeUndefined();
  }
});

test("an edit without a path counts as a shell", async () => {
  const result = resulted(2, callId(1, "Write"), {});
  expect(await recordOf("Write", { content: "x" }, result)).toMatchObject({ kind: "shell", tool: "Write" });
});

test("a hook may have written, but not those around a session and its stops", async () => {
  const stage = transcriptStage(
    hooked(5, "PostToolUse", 2000),
    ...["Stop", "SessionStart", "SessionEnd"].map((event) => hooked(6, event)),
  );
  expect(await recordsOf(stage)).toEqual([
    { kind: "shell", tool: "hook:PostToolUse", at: second(3), endedAt: second(5) },
  ]);
});

test("what was over before the moment is left out, and the rest is in the order of its start", async () => {
  const stage = transcriptStage(
    called(1, "Bash", {}),
    resulted(2, callId(1, "Bash"), {}),
    called(3, "Bash", {}),
    called(4, "Write", { file_path: "/w/a", content: "x" }),
    resulted(5, callId(4, "Write"), {}),
    resulted(9, callId(3, "Bash"), {}),
    called(2, "Copied", {}),
    resulted(3, callId(2, "Copied"), {}),
  );
  expect((await recordsOf(stage, second(4))).map(({ tool }) => tool)).toEqual(["Bash", "Write"]);
  expect((await recordsOf(stage, second(6))).map(({ tool }) => tool)).toEqual(["Bash"]);
});
