import { appendFileSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "#base/digest.ts";
import { readRolloutFacts } from "#codex/rollout/rollout-facts.ts";
import { rolloutOutline } from "#codex/rollout/rollout-outline.ts";
import { rolloutText } from "#test/rollout-text.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const NEVER = new AbortController().signal;
const PROMPT = "  do it\r\nwith «ünïcode» and \t tabs  \n\n";
const CWD = "/work/repo";

/** Files that Codex wrote, without its instructions to the model. */
function written(name: string): string {
  return join(import.meta.dirname, "../../fixtures/rollouts", `${name}.jsonl`);
}

async function factsOf(name: string) {
  return await readRolloutFacts(written(name), {}, NEVER);
}

test.each([
  ["0.169", ["/bin/bash", "-lc", `echo 'hi "x"'; exit 3`], ["resp_1", "resp_2", "resp_3"]],
  ["0.140", [`echo 'hi "x"'; exit 3`], []],
] as const)("two turns of %s are told apart, each with what it did", async (version, words, responseIds) => {
  const { head, turns, unread, otherHeads } = await factsOf(`${version}-turns`);
  expect(head).toMatchObject({
    cwd: CWD,
    originator: "codex_exec",
    source: "exec",
    cliVersion: `${version}.0`,
  });
  expect([unread, otherHeads, head?.modelProvider]).toEqual([[], [], "stand-in"]);
  expect(turns).toMatchObject([
    {
      cwd: CWD,
      model: "gpt-5.5",
      sandboxPolicy: "read-only",
      sandbox: { kind: "read-only" },
      prompts: [{ digest: sha256(PROMPT), words: PROMPT, whole: undefined }],
      answer: { digest: sha256("done 3"), words: "done 3" },
      responseIds,
      usage: { input: 300, cachedInput: 30, output: 60, reasoning: 15 },
      commands: [{ words, exitCode: 3 }, { exitCode: 0 }],
      toolCalls: 2,
      end: { kind: "completed" },
      inherited: false,
    },
    {
      prompts: [{ words: "SAY second" }],
      answer: { words: "said é\u2028 ok\n" },
      usage: { input: 100, cachedInput: 10, output: 20, reasoning: 5 },
      commands: [],
      end: { kind: "completed" },
    },
  ]);
});

test.each(["0.169", "0.140"])("a review of %s is told in two files that name each other", async (version) => {
  const parent = await factsOf(`${version}-review`);
  const child = await factsOf(`${version}-reviewer`);
  expect(child.head).toMatchObject({ parentThreadId: parent.head?.threadId, source: "subagent:review" });
  expect(parent.turns).toMatchObject([
    {
      review: { target: { type: "custom", instructions: "look closely" } },
      childTurnIds: [child.turns[0]?.id],
      commands: [],
      answer: { words: "done 20" },
      end: { kind: "completed" },
    },
  ]);
  expect(child.turns).toMatchObject([
    { prompts: [{ words: "look closely" }], commands: [{ exitCode: 3 }, { exitCode: 0 }], review: undefined },
  ]);
});

test("a fork of 0.140 holds a copy of what was before it, one of 0.169 does not", async () => {
  const copied = await factsOf("0.140-fork");
  expect(copied.turns.map(({ inherited }) => inherited)).toEqual([true, true, false]);
  expect(copied.otherHeads).toEqual([copied.head?.forkedFrom]);
  const bare = await factsOf("0.169-fork");
  expect(bare.turns.map(({ inherited }) => inherited)).toEqual([false]);
  expect(bare.head?.forkedFrom).toMatch(/^01a20104-/);
});

test("a turn that failed says so in 0.169, and in 0.140 only that it ended", async () => {
  const [newer] = (await factsOf("0.169-failed")).turns;
  expect(newer?.end).toEqual({ kind: "failed", detail: '{"error":{"message":"no"}}', reason: "other" });
  const [older] = (await factsOf("0.140-failed")).turns;
  expect([older?.end, older?.answer]).toEqual([{ kind: "completed-or-failed" }, undefined]);
});

test("commands of a model that writes JavaScript are told, with the rights that they had", async () => {
  const [turn] = (await factsOf("0.169-code-mode")).turns;
  expect(turn).toMatchObject({
    sandboxPolicy: "danger-full-access",
    sandbox: { kind: "writable" },
    commands: [{ words: ["/bin/bash", "-lc", `echo 'hi "x"'; exit 3`], exitCode: 3 }, { exitCode: 0 }],
  });
});

test("only the sealed part and the wanted turns are read, with their answers whole", async () => {
  const path = join(scratchFolder(), "rollout.jsonl");
  copyFileSync(written("0.169-turns"), path);
  const whole = await readRolloutFacts(path, {}, NEVER);
  appendFileSync(path, `${rolloutText().split("\n")[1]}\n`);
  const [first, second] = whole.turns.map(({ id }) => id);
  const { bytes } = whole.read;
  const sealed = await readRolloutFacts(
    path,
    { bytes, turnIds: [second ?? ""], digestOfPrompt: (text) => text },
    NEVER,
  );
  expect(sealed.read).toEqual({
    ...whole.read,
    size: bytes + (rolloutText().split("\n")[1]?.length ?? 0) + 1,
  });
  expect(sealed.turns).toMatchObject([
    { id: second, prompts: [{ digest: "SAY second" }], answer: { whole: "said é\u2028 ok\n" } },
  ]);
  const half = await readRolloutFacts(path, { bytes: Math.floor(bytes / 2) }, NEVER);
  expect(half.turns).toMatchObject([{ id: first, end: { kind: "none" } }]);
  expect(half.unread).toMatchObject([{ why: "torn", lines: 1 }]);
});

test("lines that are missing or stand twice are told by their numbers", async () => {
  const path = join(scratchFolder(), "rollout.jsonl");
  const lines = rolloutText().split("\n");
  writeFileSync(path, lines.filter((_, index) => index !== 3).join("\n"));
  expect((await readRolloutFacts(path, {}, NEVER)).unread).toMatchObject([{ why: "out-of-order", lines: 1 }]);
  writeFileSync(path, lines.flatMap((line, index) => (index === 3 ? [line, line] : [line])).join("\n"));
  expect((await readRolloutFacts(path, {}, NEVER)).unread).toMatchObject([{ why: "out-of-order", lines: 1 }]);
});

test("commands of 0.140 that run on, or are called in another way, are told with their ends", async () => {
  const path = join(scratchFolder(), "rollout.jsonl");
  const call = (name: string, args: object, id: string) => ({
    type: "response_item",
    payload: { type: "function_call", name, arguments: JSON.stringify(args), call_id: id },
  });
  const output = (id: string, text: unknown) => ({
    type: "response_item",
    payload: { type: "function_call_output", call_id: id, output: text },
  });
  const lines = [
    { type: "session_meta", payload: { id: "t", source: { custom: { deep: 1 } } } },
    { type: "event_msg", payload: { type: "task_started", turn_id: "u" } },
    call("exec_command", { cmd: "sleep 9" }, "a"),
    output("a", "Process running with session ID 7\nOutput:\nProcess exited with code 9\n"),
    call("write_stdin", { session_id: 7 }, "b"),
    output("b", "Process exited with code 4\nOutput:\n"),
    call("shell", { command: ["ls", "-l"] }, "c"),
    output("c", JSON.stringify({ output: "", metadata: { exit_code: 2 } })),
    call("shell_command", { command: "pwd" }, "d"),
    output("d", "Exit code: 1\nOutput:\n"),
    call("exec_command", { cmd: "never" }, "e"),
    output("e", [{ type: "input_text" }]),
    call("exec_command", {}, "f"),
    call("shell", {}, "g"),
    call("update_plan", {}, "h"),
    output("unknown", "Process exited with code 1"),
    { type: "event_msg", payload: { type: "turn_aborted", reason: "interrupted" } },
    { type: "session_meta", payload: {} },
  ];
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const { head, turns, unread } = await readRolloutFacts(path, {}, NEVER);
  expect([head?.source, unread]).toMatchObject(["custom:deep", [{ why: "another-shape", lines: 1 }]]);
  expect(turns).toMatchObject([{ toolCalls: 8, end: { kind: "interrupted", reason: "interrupted" } }]);
  expect(turns[0]?.commands).toMatchObject([
    { words: ["sleep 9"], script: true, exitCode: 4 },
    { words: ["ls", "-l"], script: false, exitCode: 2 },
    { words: ["pwd"], script: true, exitCode: 1 },
    { words: ["never"], script: true, exitCode: undefined },
  ]);
});

test("a command that ended behind its turn is told to be late, and is still of that turn", async () => {
  const path = join(scratchFolder(), "rollout.jsonl");
  const ran = (...command: readonly string[]) => ({
    type: "event_msg",
    payload: {
      type: "item_completed",
      turn_id: "u",
      item: { type: "CommandExecution", command, exit_code: 0 },
    },
  });
  const lines = [
    { type: "session_meta", payload: { id: "t" } },
    { type: "event_msg", payload: { type: "task_started", turn_id: "u" } },
    ran("in", "time"),
    { type: "event_msg", payload: { type: "task_complete", turn_id: "u", last_agent_message: "done" } },
    ran("too", "late"),
  ];
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const { turns } = await readRolloutFacts(path, {}, NEVER);
  expect(turns.map(({ commands }) => commands)).toMatchObject([
    [
      { words: ["in", "time"], late: false },
      { words: ["too", "late"], late: true },
    ],
  ]);
});

test("a file that is made to fill the memory is not held", async () => {
  const path = join(scratchFolder(), "rollout.jsonl");
  const started = (id: number) =>
    `{"type":"event_msg","payload":{"type":"task_started","turn_id":"${id}"}}\n`;
  const command = `{"type":"event_msg","payload":{"type":"item_completed","turn_id":"0","item":{"type":"CommandExecution","command":["${"x".repeat(60_000)}"],"exit_code":0}}}\n`;
  writeFileSync(path, Array.from({ length: 5_100 }, (_, id) => started(id)).join("") + command.repeat(400));
  const { turns, turnsLeftOut } = await readRolloutFacts(path, {}, NEVER);
  expect([turns.length, turnsLeftOut]).toEqual([5_000, 100]);
  expect(turns[0]?.leftOut).toBeGreaterThan(100);
  expect(turns[0]?.commands.length).toBeLessThan(300);
});

test("what is no file is refused at once, and reading ends when it is told to", async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "rollout.jsonl"));
  await expect(readRolloutFacts(join(folder, "rollout.jsonl"), {}, NEVER)).rejects.toThrow("ENOTSUP");
  await expect(readRolloutFacts(join(folder, "gone"), {}, NEVER)).rejects.toThrow("ENOENT");
  const ended = AbortSignal.abort(new Error("enough"));
  await expect(readRolloutFacts(written("0.169-turns"), {}, ended)).rejects.toThrow("enough");
});

test("an outline counts commands, and there is none where no line names a thread", async () => {
  expect(await rolloutOutline(written("0.169-turns"), NEVER)).toMatchObject({
    originator: "codex_exec",
    turns: [{ commandCount: 2 }, { commandCount: 0 }],
    unreadLines: 0,
  });
  const path = join(scratchFolder(), "rollout.jsonl");
  writeFileSync(path, "{}\n");
  expect(await rolloutOutline(path, NEVER)).toBeUndefined();
});
