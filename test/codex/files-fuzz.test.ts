import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { identifyProcess, ProcessIdentity } from "#base/process-identity.ts";
import { sealRollout } from "#codex/rollout/rollout.ts";
import { readRolloutTurn } from "#codex/rollout/rollout-turn.ts";
import { livingMarks, marksOfTheDead } from "#codex/server/process-mark.ts";
import { serverPlace } from "#codex/server/server-place.ts";
import { readRecord, ServerRecord } from "#codex/server/server-record.ts";
import { anyJson, anyText, beginnings, damaged, expectLinear, fuzz, mutated, nested } from "#test/fuzz.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { fc } from "#test/seeded-check.ts";

const event = (type: string, payload: object) => ({
  type: "event_msg",
  timestamp: "2026-01-01T00:00:00Z",
  payload: { type, turn_id: "t1", ...payload },
});
const ROLLOUT: readonly object[] = [
  { type: "session_meta", payload: { id: "thread-1", cli_version: "0.169.0", model_provider: "x" } },
  {
    type: "turn_context",
    payload: { turn_id: "t1", model: "m", effort: "low", sandbox_policy: { type: "read-only" } },
  },
  { type: "token_usage_record", payload: { turn_id: "t1", response_id: "resp_1" } },
  event("item_completed", { item: { type: "CommandExecution", command: ["ls", "-l"], exit_code: 0 } }),
  event("turn_aborted", { reason: "interrupted" }),
  event("task_complete", { last_agent_message: "ALLOW\u2028 it", completed_at: 7, error: null }),
];

function textOf(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

async function read(path: string, text: string | Buffer) {
  writeFileSync(path, text);
  const seal = await sealRollout(path);
  const turn = await readRolloutTurn(path, seal.bytes, "t1");
  for (const one of [turn.threadId, turn.cliVersion, turn.modelProvider, turn.model, turn.effort]) {
    expect(["string", "undefined"]).toContain(typeof one);
  }
  expect(turn.responseIds.every((id) => typeof id === "string")).toBe(true);
  for (const { command, exitCode } of turn.commands) {
    expect(command.every((word) => typeof word === "string")).toBe(true);
    expect(typeof (exitCode ?? 0)).toBe("number");
  }
  return turn;
}

test("a rollout says what its lines say, and a line that is none says nothing", async () => {
  const path = join(scratchFolder(), "rollout.jsonl");
  const text = textOf(ROLLOUT);
  const whole = await read(path, text);
  expect(whole.end).toEqual({ kind: "completed", message: "ALLOW\u2028 it", at: 7 });
  for (const part of beginnings(text)) {
    const cut = await readRolloutTurn(path, part.length, "t1");
    if (cut.end.kind === "completed") expect(part.length).toBeGreaterThanOrEqual(text.length - 1);
  }
  await fuzz(damaged(text), async (bytes) => void (await read(path, bytes)));
  const odd = fc.oneof(fc.constantFrom(...ROLLOUT).chain(mutated), anyJson(), fc.constantFrom(...ROLLOUT));
  await fuzz(fc.array(odd, { maxLength: 8 }).map(textOf), async (lines) => void (await read(path, lines)));
  await read(path, `${nested()}\n{"type":"session_meta","payload":${nested()}}\n${text}`);
});

test("a long line costs what it is long, and one beyond the bound is passed over", async () => {
  const path = join(scratchFolder(), "rollout.jsonl");
  await expectLinear(
    async (size) => void (await read(path, `${"x".repeat(size)}\n${textOf(ROLLOUT)}`)),
    1_000_000,
  );
  expect((await read(path, `${"x".repeat(17 * 1024 * 1024)}\n${textOf(ROLLOUT)}`)).threadId).toBe("thread-1");
});

test("the record of a server is one, or none", async () => {
  const place = serverPlace(scratchFolder());
  const record = { process: identifyProcess(process.pid), socket: "/s" };
  const look = (text: string | Buffer): void => {
    writeFileSync(place.record, text);
    const found = readRecord(place);
    if (found !== undefined) expect(ServerRecord.safeParse(found).success).toBe(true);
  };
  for (const part of beginnings(JSON.stringify(record))) {
    writeFileSync(place.record, part);
    expect(readRecord(place)).toBeUndefined();
  }
  await fuzz(damaged(JSON.stringify(record)), look);
  await fuzz(mutated(record), (value) => look(JSON.stringify(value)));
  await fuzz(anyText(), look);
  look(nested());
});

test("a mark stands for a process that is named in full, or for none", async () => {
  const folder = join(scratchFolder(), "marks");
  mkdirSync(folder);
  const mark = { ...identifyProcess(process.pid), threads: ["thread-1"] };
  const look = (text: string | Buffer): void => {
    writeFileSync(join(folder, "mark.1"), text);
    for (const { process: named, threads } of [...livingMarks(folder), ...marksOfTheDead(folder)]) {
      expect(ProcessIdentity.safeParse(named).success).toBe(true);
      expect(threads.every((thread) => typeof thread === "string")).toBe(true);
    }
  };
  for (const part of beginnings(JSON.stringify(mark))) look(part);
  await fuzz(damaged(JSON.stringify(mark)), look);
  await fuzz(mutated(mark), (value) => look(JSON.stringify(value)));
  look(nested());
});
