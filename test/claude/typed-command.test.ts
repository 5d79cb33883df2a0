import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { findTypedCommands, personTyped } from "#claude/typed-command.ts";

/** As Claude Code 2.1.330 wrote them, without the fields that say nothing here. */
const SESSION = { isSidechain: false, userType: "external", entrypoint: "cli", version: "2.1.330" };
const user = (uuid: string, parentUuid: string, content: unknown, more: object = {}) => ({
  parentUuid,
  promptId: "7b76d38a",
  type: "user",
  message: { role: "user", content },
  uuid,
  timestamp: "2026-11-21T13:23:32.470Z",
  ...SESSION,
  ...more,
});
const INPUT = user("u1", "u0", "<bash-input>countersign off</bash-input>");
const OUTPUT = user("u2", "u1", "<bash-stdout>off</bash-stdout><bash-stderr></bash-stderr>", {
  turnOrigin: "human",
  timestamp: "2026-11-21T13:23:34.620Z",
});
const TYPED = {
  command: "countersign off",
  at: new Date("2026-11-21T13:23:32.470Z"),
  endedAt: new Date("2026-11-21T13:23:34.620Z"),
  uuid: "u1",
};
const jsonl = (...lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-typed-"));
  folders.push(folder);
  writeFileSync(join(folder, "t.jsonl"), text);
  return join(folder, "t.jsonl");
}

test("a typed command is told by its two lines", () => {
  const noise = { type: "mode", mode: "normal" };
  expect(findTypedCommands(jsonl(noise, INPUT, noise, OUTPUT))).toEqual([TYPED]);
  expect(findTypedCommands(`{"torn\n${jsonl(INPUT, OUTPUT)}{"type":"us`)).toEqual([TYPED]);
});

test("an older host that names no origin is believed", () => {
  expect(findTypedCommands(jsonl(INPUT, { ...OUTPUT, turnOrigin: undefined }))).toEqual([TYPED]);
});

test("the command is what was typed, unescaped, without blanks around it", () => {
  const typed = user(
    "u1",
    "u0",
    "<bash-input> countersign dismiss F1 --why 'a < b && </bash-input> é'</bash-input>",
  );
  expect(findTypedCommands(jsonl(typed, OUTPUT)).map(({ command }) => command)).toEqual([
    "countersign dismiss F1 --why 'a < b && </bash-input> é'",
  ]);
});

test.each([
  [
    "a prompt typed to look like it",
    { permissionMode: "default", promptSource: "typed", turnOrigin: "human" },
  ],
  [
    "a headless prompt into the same session",
    { promptSource: "sdk", turnOrigin: "sdk", entrypoint: "sdk-cli" },
  ],
  [
    "a prompt that the agent had scheduled",
    { isMeta: true, promptSource: "system", wakeupSource: "loop_wakeup", turnOrigin: "scheduled" },
  ],
  ["what the host says in the user's name", { isMeta: true }],
  ["a headless line of an older host", { entrypoint: "sdk-cli" }],
  ["a line of a sub-agent", { isSidechain: true }],
  ["a tool result", { toolUseResult: { stdout: "" } }],
])("%s is not one", (_name, more) => {
  expect(findTypedCommands(jsonl({ ...INPUT, ...more }, OUTPUT))).toEqual([]);
});

test("a line without its output is not one: the command has not ended", () => {
  expect(findTypedCommands(jsonl(INPUT))).toEqual([]);
  expect(findTypedCommands(jsonl(INPUT, { ...OUTPUT, parentUuid: "other" }))).toEqual([]);
  expect(findTypedCommands(jsonl(INPUT, { ...OUTPUT, turnOrigin: "scheduled" }))).toEqual([]);
});

test("the agent's own call of the same command is not one", () => {
  const call = { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "countersign off" } };
  const agent = { type: "assistant", message: { role: "assistant", content: [call] }, uuid: "a1" };
  const quoted = user("u5", "a1", [{ type: "text", text: "<bash-input>countersign off</bash-input>" }]);
  const result = user("u3", "a1", [
    {
      tool_use_id: "toolu_1",
      type: "tool_result",
      content: "<bash-stdout>off</bash-stdout>",
      is_error: false,
    },
  ]);
  expect(findTypedCommands(jsonl(agent, quoted, result))).toEqual([]);
});

test("a person's word counts for the time in which the command ran", async () => {
  const path = file(jsonl(INPUT, OUTPUT));
  const asked = (word: string, at: string) =>
    personTyped(path, { program: "countersign", words: [word], at: new Date(at) });
  expect(await asked("off", "2026-11-21T13:23:33.000Z")).toEqual(TYPED);
  expect(await asked("off", "2026-11-21T13:24:33.000Z")).toBeUndefined();
  expect(await asked("off", "2026-11-21T13:22:33.000Z")).toBeUndefined();
  expect(await asked("skip", "2026-11-21T13:23:33.000Z")).toBeUndefined();
});

test.each([
  ["countersign skip --why 'not now'", true],
  ['countersign skip --why "not now"', true],
  ["countersign  skip --why not\\ now", true],
  ["npx --yes countersign skip --why 'not now'", true],
  ["npx -y countersign skip --why 'not now'", true],
  ["npx countersign skip --why 'not now'", true],
  ["/home/u/.local/state/countersign/launch/countersign skip --why 'not now'", true],
  ["'/home/a b/launch/countersign' skip --why 'not now'", true],
  ["./countersign skip --why 'not now'", true],
  ["node '/opt/a b/dist/countersign/countersign.cjs' skip --why 'not now'", true],
  ["node /opt/other.cjs skip --why 'not now'", false],
  ["node --require /tmp/x.cjs /opt/countersign.cjs skip --why 'not now'", false],
  ["/opt/countersign.cjs skip --why 'not now'", false],
  ["countersign skip --why not now", false],
  ["countersign skip --why 'not now' --session s1", false],
  ["countersign skip --why", false],
  ["/tmp/countersign-hook skip --why 'not now'", false],
  ["npx --package evil countersign skip --why 'not now'", false],
  ["npx npx countersign skip --why 'not now'", false],
  ["sh countersign skip --why 'not now'", false],
  ["countersign skip --why 'not now' > /dev/null", false],
  ["countersign skip --why 'not now' &", false],
  ["", false],
  ["countersign skip --why 'not now'; sleep 9", false],
  ['countersign skip --why "not $(echo now)"', false],
  ["FOO=1 countersign skip --why 'not now'", false],
  ["echo countersign skip --why not now", false],
])("%s asks for it: %s", async (line, expected) => {
  const path = file(jsonl(user("u1", "u0", `<bash-input>${line}</bash-input>`), OUTPUT));
  const asked = { program: "countersign", words: ["skip", "--why", "not now"], at: TYPED.at };
  expect((await personTyped(path, asked)) !== undefined).toBe(expected);
});

test("no transcript is no evidence", async () => {
  expect(await personTyped("/nowhere/t.jsonl", { program: "x", words: [], at: new Date() })).toBeUndefined();
});
