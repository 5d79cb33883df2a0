import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { personPrompts } from "#claude/transcript/person-prompts.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const NEVER = new AbortController().signal;
const LATER = "2026-01-02T03:00:01.000Z";

function line(content: unknown, own: object = {}): string {
  return `${JSON.stringify({ type: "user", timestamp: LATER, message: { role: "user", content }, ...own })}\n`;
}

async function promptsIn(...lines: readonly string[]): Promise<readonly string[]> {
  const path = join(scratchFolder(), "transcript.jsonl");
  writeFileSync(path, lines.join(""));
  const prompts = await personPrompts(path, NEVER);
  expect(prompts.every(({ at }) => at.toISOString() === LATER)).toBe(true);
  return prompts.map(({ text }) => text);
}

test("what a person typed is found, in order, in both spellings", async () => {
  expect(
    await promptsIn(
      line("Add a fee.", { promptSource: "typed" }),
      line([
        { type: "image", source: {} },
        { type: "text", text: "As in the picture." },
      ]),
      line("And a test.", { promptSource: "sdk" }),
    ),
  ).toEqual(["Add a fee.", "As in the picture.", "And a test."]);
});

test.each([
  ["without a time", line("when?", { timestamp: undefined })],
  ["a tool's result", line([{ type: "tool_result", content: "x" }], { toolUseResult: {} })],
  ["stop feedback", line("Stop hook feedback:\nx", { isMeta: true })],
  ["a sub-agent's task", line("look", { isSidechain: true })],
  ["a prompt that the agent scheduled", line("go on", { promptSource: "system" })],
  ["a shell command", line("<bash-input>ls</bash-input>")],
  ["a slash command", line("<command-name>/clear</command-name>")],
  ["an answer", line("Done.").replaceAll('"user"', '"assistant"')],
  ["no JSON", '{"role":"user"\n'],
  ["half a line", line("Add a fee.").trimEnd()],
])("%s is no prompt", async (_what, text) => {
  expect(await promptsIn(text)).toEqual([]);
});

test("a transcript that is not there or cannot be read says nothing, and an end from outside is one", async () => {
  const folder = scratchFolder();
  expect(await personPrompts(join(folder, "none.jsonl"), NEVER)).toEqual([]);
  expect(await personPrompts(folder, NEVER)).toEqual([]);
  const ended = AbortSignal.abort(new Error("enough"));
  await expect(personPrompts(folder, ended)).rejects.toThrow("enough");
});
