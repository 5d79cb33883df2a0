import { appendFileSync, mkdirSync, renameSync, rmSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { readToolHistory } from "#claude/transcript/read-tool-history.ts";
import type { ToolHistory } from "#claude/transcript/tool-records.ts";
import {
  called,
  callId,
  type Line,
  noticed,
  prompted,
  resulted,
  said,
  second,
  type TranscriptStage,
  told,
  transcriptStage,
} from "#test/transcript-lines.ts";

const NEVER = new AbortController().signal;
const NOTHING = { records: [], whole: false, lastMessage: undefined, folders: [] };

async function read({ path }: TranscriptStage, since = second(0)): Promise<ToolHistory> {
  return (await readToolHistory(path, since, NEVER)) ?? NOTHING;
}

/** Tools and when they were over, in seconds; `null` where no end was seen. */
function ends({ records }: ToolHistory): readonly (readonly [string, number | null])[] {
  return records.map(
    ({ tool, endedAt }) => [tool, endedAt && (endedAt.getTime() - second(0).getTime()) / 1000] as const,
  );
}

const write = (at: number): readonly Line[] => [
  called(at, "Write", { file_path: "/w/a", content: "x" }),
  told(at + 1, callId(at, "Write"), "File created successfully at: /w/a"),
];
const bash = callId(1, "Bash");
const agent = callId(1, "Agent");
const launched = (at: number): Line => resulted(at, agent, { isAsync: true, agentId: "a1" });

test("the session's last words and its folders are told, in the order in which it came to them", async () => {
  const stage = transcriptStage(
    said(1, "First."),
    said(2, "In a sub-agent.", { isSidechain: true }),
    said(3, "Second.", { cwd: "/elsewhere" }),
    said(4, "Third.", { message: { id: "m", content: [{ type: "thinking", thinking: "?" }] } }),
    said(4, "", {
      message: { id: "m", content: [{ type: "text", text: "One part," }] },
      cwd: "not/absolute",
    }),
    said(5, "", { message: { id: "m", content: [{ type: "text", text: "another." }] } }),
  );
  const { lastMessage, folders, whole } = await read(stage);
  expect({ lastMessage, folders, whole }).toEqual({
    lastMessage: "One part,\nanother.",
    folders: [stage.work, "/elsewhere"],
    whole: true,
  });
});

test("there is nothing where there is no transcript, and an end from outside is one", async () => {
  const { path, work } = transcriptStage();
  expect(await readToolHistory(join(work, "none.jsonl"), second(0), NEVER)).toBeUndefined();
  expect(await readToolHistory(join(work, "none", "x", "none.jsonl"), second(0), NEVER)).toBeUndefined();
  const ended = AbortSignal.abort(new Error("enough"));
  await expect(readToolHistory(path, second(0), ended)).rejects.toThrow("enough");
});

test("a transcript that moved to the folder of another work tree is found there", async () => {
  const stage = transcriptStage(called(1, "Bash", {}), resulted(2, bash, {}));
  stage.agent("a1", [prompted(1, "go"), ...write(3), said(5, "Done.")], { finished: true });
  const projects = dirname(dirname(stage.path));
  renameSync(dirname(stage.path), join(projects, "-work--claude-worktrees-w1"));
  appendFileSync(join(projects, "a-file"), "");
  mkdirSync(dirname(stage.path));
  expect(ends(await read(stage))).toEqual([
    ["Bash", 2],
    ["Write", 4],
  ]);
});

test("a call without a result is at work, until the model is asked again", async () => {
  const stage = transcriptStage(called(1, "Bash", {}), called(2, "Edit", { file_path: "/w/a" }));
  stage.add(resulted(3, callId(2, "Edit"), {}));
  expect(ends(await read(transcriptStage(called(1, "Edit", { file_path: "/w/a" }))))).toEqual([
    ["Edit", null],
  ]);
  expect(ends(await read(transcriptStage(called(1, "Bash", {}), said(9, "Go on."))))).toEqual([["Bash", 9]]);
  expect((await read(transcriptStage(called(1, "Bash", {}), said(9, "Go on.")))).whole).toBe(true);
});

test.each([
  ["asked for", { run_in_background: true }, resulted(2, bash, { backgroundTaskId: "b1" })],
  ["after its time", {}, resulted(2, bash, { backgroundTaskId: "b1" })],
  [
    "in a sub-agent",
    { run_in_background: true },
    told(2, bash, "Command running in background with ID: b1. Output is being written to: /x"),
  ],
  [
    "in a sub-agent, after its time",
    {},
    told(2, bash, "Command did not complete within its 1s timeout and was moved to the background (ID: b1)."),
  ],
])("a command in the background, %s, ends when it is said to", async (_why, input, result) => {
  const started = [called(1, "Bash", input), result, said(3, "Waiting.")];
  expect(ends(await read(transcriptStage(...started)))).toEqual([["Bash", null]]);
  expect(ends(await read(transcriptStage(...started, noticed(7, "b1"))))).toEqual([["Bash", 7]]);
  expect(ends(await read(transcriptStage(...started, noticed(7, "other", bash))))).toEqual([["Bash", 7]]);
  const stop = [
    called(4, "TaskStop", { task_id: "b1" }),
    resulted(5, callId(4, "TaskStop"), { task_id: "b1" }),
  ];
  expect(ends(await read(transcriptStage(...started, ...stop)))).toEqual([["Bash", 5]]);
  const late = await read(transcriptStage(...started, noticed(7, "b1")), second(8));
  expect(ends(late)).toEqual([]);
});

test("a notice of an event, or one in the words of a task, ends nothing", async () => {
  const event = JSON.stringify(noticed(7, "b1")).replace("<status>completed</status>", "<event>x</event>");
  const quoted = prompted(8, `He said: ${String(noticed(8, "b1")["content"])}`);
  const stage = transcriptStage(
    called(1, "Monitor", {}),
    resulted(2, callId(1, "Monitor"), { taskId: "b1" }),
    `${event}\n`,
    quoted,
  );
  expect(ends(await read(stage))).toEqual([["Monitor", null]]);
  const between = { type: "queued_command", prompt: noticed(9, "b1")["content"] };
  stage.add({ type: "attachment", timestamp: second(9).toISOString(), attachment: between });
  expect(ends(await read(stage))).toEqual([["Monitor", 9]]);
});

test("a sub-agent's own records stand for its call", async () => {
  const stage = transcriptStage(called(1, "Agent", {}), launched(2), noticed(6, "a1", agent));
  stage.agent("a1", [prompted(1, "go"), ...write(3), said(5, "Done.")], { toolUseId: agent });
  const history = await read(stage);
  expect(ends(history)).toEqual([["Write", 4]]);
  expect(history).toMatchObject({ whole: true, lastMessage: undefined });
});

test("without a record beside it, the result of the call names the sub-agent", async () => {
  const stage = transcriptStage(called(1, "Task", {}), resulted(6, callId(1, "Task"), { agentId: "a1" }));
  stage.agent("a1", [prompted(1, "go"), ...write(3), said(5, "Done.")]);
  expect(ends(await read(stage))).toEqual([["Write", 4]]);
  const nested = transcriptStage();
  nested.agent(
    "a1",
    [called(1, "Task", {}), resulted(6, callId(1, "Task"), { agentId: "a2" }), said(7, "Done.")],
    {
      finished: true,
    },
  );
  nested.agent("a2", [prompted(1, "go"), ...write(3), said(5, "Done.")]);
  expect(ends(await read(nested))).toEqual([["Write", 4]]);
});

test.each([
  ["is at work", [launched(2)], [prompted(1, "go"), ...write(3)], null],
  ["has not said that it is over", [launched(2)], [prompted(1, "go"), ...write(3), said(5, "Done.")], null],
  ["was broken off", [launched(2), noticed(6, "a1", agent)], [prompted(1, "go"), ...write(3)], 6],
])("a sub-agent that %s may do more than is written", async (_what, lines, own, endedAt) => {
  const stage = transcriptStage(called(1, "Agent", {}), ...lines);
  stage.agent("a1", own, { toolUseId: agent });
  expect(ends(await read(stage))).toEqual([
    ["Agent", endedAt],
    ["Write", 4],
  ]);
});

test("a sub-agent without a transcript may have written anywhere, and the history is not whole", async () => {
  const stage = transcriptStage(called(1, "Agent", {}), resulted(4, agent, { agentId: "a1" }));
  const history = await read(stage);
  expect(ends(history)).toEqual([["Agent", 4]]);
  expect(history.whole).toBe(false);
  expect((await read(stage, second(5))).whole).toBe(true);
  const never = told(2, agent, "<tool_use_error>Agent type 'x' not found.</tool_use_error>", true);
  expect(await read(transcriptStage(called(1, "Agent", {}), never))).toMatchObject({
    records: [],
    whole: true,
  });
});

test("what a session took over from another counts once, and by its own time", async () => {
  const old = [...write(1), said(3, "Before.")];
  const stage = transcriptStage(...old, ...old, ...write(8));
  expect(ends(await read(stage))).toEqual([
    ["Write", 2],
    ["Write", 9],
  ]);
  expect(ends(await read(stage, second(5)))).toEqual([["Write", 9]]);
});

test("a result whose call is not there was a call of anything", async () => {
  expect(ends(await read(transcriptStage(resulted(4, bash, {}))))).toEqual([["unknown", 4]]);
});

test.each([
  ["half a line", '{"type":"user"'],
  ["a line that is no JSON", "nonsense\n"],
  ["a line of no type", "[1]\n"],
  ["a message of another shape", '{"type":"assistant","timestamp":"2026-01-02T03:00:09Z","message":7}\n'],
  ["an answer without a time", `${JSON.stringify({ ...said(9, "x"), timestamp: "soon" })}\n`],
  ["a call without a name", `${JSON.stringify(called(9, "x", {})).replace('"name"', '"nom"')}\n`],
  ["a result of no call", `${JSON.stringify(told(9, "x", "y")).replace('"tool_use_id"', '"id"')}\n`],
])("%s makes the history one that is not whole, unless later lines are old too", async (_what, line) => {
  const stage = transcriptStage(said(1, "One."), line);
  expect(await read(stage)).toMatchObject({ whole: false });
  const mended = line.endsWith("\n") ? line : `${line}\n`;
  const later = transcriptStage(said(1, "One."), mended, said(10, "Two."));
  expect(await read(later)).toMatchObject({ whole: false, lastMessage: "Two." });
  expect(await read(later, second(11))).toMatchObject({ whole: true });
  const aside = transcriptStage();
  aside.agent("a1", [said(1, "Done.")], { finished: true });
  appendFileSync(join(dirname(aside.path), "5e55/subagents/agent-a1.jsonl"), line);
  expect(await read(aside)).toMatchObject({ whole: false });
});

test("foreign types around what is read do no harm", async () => {
  const stage = transcriptStage(
    { type: "attachment", timestamp: 7, attachment: null, cwd: 7 },
    { type: "attachment", timestamp: second(1).toISOString(), attachment: [{ hookEvent: 7 }] },
    { type: "queue-operation", timestamp: second(1).toISOString(), content: { a: 1 } },
    { type: "api-request-blob", message: 7 },
    '{"type":"api-request","broken\n',
    "\n",
    resulted(1, bash, "text"),
    called(1, "Bash", {}),
  );
  stage.agent("a1", [said(1, "Done.")], { finished: "yes", toolUseId: 7 });
  const { path } = stage;
  appendFileSync(path.replace(/\.jsonl$/, "/subagents/agent-a2.meta.json"), "not JSON");
  stage.agent("a2", [said(1, "Done.")]);
  expect(await read(stage)).toMatchObject({ whole: true });
  rmSync(path.replace(/\.jsonl$/, ""), { recursive: true });
  expect(ends(await read(stage))).toEqual([["Bash", 1]]);
});

test("of a very large transcript the newest part is read, and is whole from there on", async () => {
  const stage = transcriptStage(called(1, "Bash", {}));
  // A hole: it takes no room, and is one line without an end.
  truncateSync(stage.path, 80 * 1024 * 1024);
  appendFileSync(stage.path, "\n");
  stage.add(said(20, "Much later."), resulted(21, bash, {}), ...write(22));
  const history = await read(stage, second(21));
  expect(ends(history)).toEqual([
    ["unknown", 21],
    ["Write", 23],
  ]);
  expect(history.whole).toBe(true);
  expect(await read(stage, second(10))).toMatchObject({ whole: false, lastMessage: "Much later." });
});
