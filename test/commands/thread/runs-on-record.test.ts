import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { identifyProcess, type ProcessIdentity } from "#base/process-identity.ts";
import type { Locations } from "#runs/locations.ts";
import type { RunUnderWay } from "#runs/records/begin-run.ts";
import { endRun } from "#runs/records/end-run.ts";
import { askToCancel, cancelDone, cancelRequest } from "#runs/records/run-cancel.ts";
import type { RunEvent } from "#runs/records/run-event.ts";
import { appendRunEvent, eventsFile } from "#runs/records/run-events.ts";
import { runHandle } from "#runs/records/run-files.ts";
import type { RunOutcome } from "#runs/records/run-record.ts";
import { type Called, callCommand } from "#test/call-command.ts";
import { begin, endDraft, goneProcess, thisProcess } from "#test/run-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const HERE = "/work/project";

let locations: Locations;
beforeEach(() => {
  locations = freshLocations();
});

/** A run on a thread of this folder that began now, in the process of this test unless another is given. */
async function runBy(process: ProcessIdentity, own: Parameters<typeof begin>[1] = {}): Promise<RunUnderWay> {
  const at = new Date().toISOString();
  return await begin(locations, { kind: "turn", background: true, at, process, ...own });
}

function happened(run: RunUnderWay, ...events: readonly RunEvent[]): void {
  for (const event of events) appendRunEvent(run.folder, event);
}

async function ended(run: RunUnderWay, outcome: RunOutcome, answer: string | null = "Done."): Promise<void> {
  await endRun(locations, run, endDraft({ at: new Date().toISOString(), outcome, answer }), NEVER);
}

const call = (...words: readonly string[]): Promise<Called> =>
  callCommand(locations, ["thread", ...words], { now: new Date() });

const FAILED: RunOutcome = { kind: "failed", failure: { kind: "usage_limit", detail: "no more today" } };
const CANCELLED: RunOutcome = { kind: "failed", failure: { kind: "cancelled", detail: "cancelled" } };
const BUSY: RunOutcome = { kind: "failed", failure: { kind: "thread_busy", detail: "a turn runs on it" } };
const UNAVAILABLE: RunOutcome = {
  kind: "failed",
  failure: { kind: "thread_unavailable", detail: "this CODEX_HOME has no such thread" },
};
const COULD_NOT: RunOutcome = { kind: "failed", failure: { kind: "server_failed", detail: "no" } };
const at = (): string => new Date().toISOString();

describe("status", () => {
  test("a run goes on while its process lives, and says what it does", async () => {
    const run = await runBy(thisProcess());
    happened(
      run,
      { at: at(), kind: "thread", threadId: "01a1" },
      { at: at(), kind: "command", item: "1", command: "/bin/bash -lc 'npm test'" },
    );
    const { code, stdout } = await call("status", run.id);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run {7}\d{8}T\d{9}Z-[0-9a-f]{8}\nstate {5}running for \d+ s in process \d+\n/);
    expect(stdout).toMatch(/^doing {5}runs npm test \(\d+ s\)$/m);
    expect(stdout).toMatch(/^thread {4}01a1$/m);
  });

  test("one whose process is gone died, with the time of its last sign of life", async () => {
    const run = await runBy(goneProcess(), { at: "2026-01-02T03:04:05.678Z" });
    happened(run, { at: at(), kind: "read", path: "a.ts" });
    utimesSync(eventsFile(run.folder), new Date("2026-01-02T03:09:00Z"), new Date("2026-01-02T03:09:00Z"));
    const { stdout } = await call("status", runHandle(run.id));
    expect(stdout).toMatch(
      /died: process \d+ is gone and wrote no end; last sign of life 2026-01-02 03:09:00 UTC/,
    );
    expect(stdout).toContain("last seen: reads a.ts");
    expect(stdout).not.toContain("running");
    writeFileSync(join(run.folder, "worker.log"), "FATAL: out\nof memory\n");
    expect((await call("status", run.id)).stdout).toMatch(/^said {6}FATAL: out of memory$/m);
  });

  test.each([
    ["a pid that is another process's now", () => ({ ...thisProcess(), startTime: "1" })],
    ["an earlier boot of the machine", () => ({ ...thisProcess(), bootId: "0" })],
    ["another pid namespace that has gone silent", () => ({ ...thisProcess(), pidNamespace: "pid:[1]" })],
  ])("never running: %s", async (_what, identity) => {
    // The begin is a sign of life too.
    const run = await runBy(identity(), { at: new Date(Date.now() - 120_000).toISOString() });
    expect((await call("status", run.id)).stdout).toMatch(/^state {5}died/m);
  });

  test("one of another pid namespace runs by its signs of life only", async () => {
    const run = await runBy({ ...thisProcess(), pidNamespace: "pid:[1]" });
    const { stdout } = await call("status", run.id);
    expect(stdout).toMatch(
      /^state {5}running for \d+ s, by its last sign of life \d+ s ago: process \d+ of another pid/m,
    );
  });

  test("a process that is there and shows no sign of life is told apart", async () => {
    const run = await runBy(thisProcess(), { at: new Date(Date.now() - 65_000).toISOString() });
    const { stdout } = await call("status", run.id);
    expect(stdout).toMatch(
      /running for 1 min \d+ s in process \d+, which is there but gave no sign of life for 1 min/,
    );
  });

  test("the list is of this folder, and of all folders where that is asked", async () => {
    const mine = await runBy(thisProcess(), { title: "mine" });
    await runBy(thisProcess(), { title: "elsewhere", cwd: "/work/other" });
    await runBy(thisProcess(), { title: "one-shot", kind: "exec" });
    const failed = await runBy(thisProcess(), { title: "went wrong", kind: "review" });
    await ended(failed, FAILED);
    await runBy(goneProcess(), { title: "gone" });
    const { stdout } = await call("status");
    const rows = stdout.split("\n").map((row) => row.split("\t"));
    expect(rows[0]).toEqual(["run", "state", "for", "doing", "asked"]);
    expect(rows.slice(1, -1).map(([, state, , , title]) => [state, title])).toEqual([
      ["died", "gone"],
      ["failed (usage_limit)", "went wrong"],
      ["running", "mine"],
    ]);
    expect(stdout).toContain(runHandle(mine.id));
    expect((await call("status", "--all")).stdout).toContain("elsewhere");
  });

  test("of many the latest are listed, and every one that goes on", async () => {
    const old = new Date(Date.now() - 3_600_000).toISOString();
    await runBy(thisProcess(), { title: "at it for an hour", at: old });
    for (let number = 0; number < 22; number += 1) await runBy(goneProcess(), { title: `gone ${number}` });
    const { stdout, stderr } = await call("status");
    expect(stdout.match(/\tgone \d+$/gm)).toHaveLength(20);
    expect(stdout).toContain("at it for an hour");
    expect(stderr).toBe("2 more; `countersign audit runs` lists them all.\n");
  });

  test("where there is none it says where to look", async () => {
    expect((await call("status")).stdout).toBe(
      `No run on a thread of the last 7 days in ${HERE}; \`countersign thread status --all\` looks everywhere.\n`,
    );
    expect((await call("status", "--all")).stdout).toBe("No run on a thread of the last 30 days.\n");
  });

  test("JSON tells the same", async () => {
    const run = await runBy(goneProcess());
    happened(
      run,
      { at: at(), kind: "edit", path: "a" },
      { at: at(), kind: "tokens", input: 3, cachedInput: 1, output: 2, reasoning: 0 },
    );
    const { stdout } = await call("status", "--last", "--json");
    const Shape = z.looseObject({ schema: z.string(), runs: z.array(z.looseObject({})) });
    const { schema, runs } = parseJson(stdout, Shape);
    expect(schema).toBe("countersign/thread-status/1");
    expect(runs).toMatchObject([
      {
        run: run.id,
        state: "died",
        edited: ["a"],
        tokens: { input: 3, output: 2 },
        outcome: null,
        cancel: null,
      },
    ]);
  });

  test("to look on shows what happened and ends with the run", async () => {
    const run = await runBy(thisProcess());
    happened(run, { at: at(), kind: "edit", path: "a.ts" });
    const looking = call("status", run.id, "--follow");
    await ended(run, { kind: "succeeded" });
    const { code, stdout } = await looking;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {3}\d:\d\d {2}edits {3}a\.ts\n/);
    expect(stdout).toMatch(/^state {5}succeeded after/m);
  });

  test("what names no run, several runs or too much is refused", async () => {
    const [a, b] = [await runBy(thisProcess()), await runBy(thisProcess())];
    expect(await call("status", "--follow")).toMatchObject({ code: 2 });
    expect((await call("status", "nothing")).stderr).toContain('there is no run "nothing"');
    expect((await call("status", a.id, "--last")).stderr).toContain("name one run, or say --last");
    const several = await call("status", "20");
    expect(several.stderr).toContain('"20" can be more than one run');
    expect(several.stderr).toContain(b.id);
    expect((await call("wait")).stderr).toContain("thread wait: name one run, or say --last");
    writeFileSync(join(a.folder, "begun.json"), "{");
    expect((await call("status", a.id)).stderr).toMatch(
      /the record of run [0-9a-f]{8} cannot be read: .*begun\.json/,
    );
  });
});

describe("wait", () => {
  test.each([
    ["succeeded", { kind: "succeeded" }, 0],
    ["failed", FAILED, 1],
    ["could not begin", COULD_NOT, 2],
  ] as const)("ends as the run does: %s", async (_what, outcome, code) => {
    const run = await runBy(thisProcess());
    const waiting = call("wait", run.id);
    await ended(run, outcome);
    const word = outcome.kind === "succeeded" ? "succeeded" : `failed (${outcome.failure.kind})`;
    expect(await waiting).toMatchObject({ code, stdout: expect.stringContaining(`${word} after`) });
  });

  test("gives up after its own time, and the run goes on", async () => {
    const run = await runBy(thisProcess());
    const { code, stdout, stderr } = await call("wait", run.id, "--timeout", "0.2");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/Not over within 0\.2 s; run [0-9a-f]{8} goes on/);
    expect(cancelRequest(run)).toBeUndefined();
  });

  test("ends with a run that dies", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    const run = await runBy(identityOf(child.pid));
    const waiting = call("wait", run.id, "--json");
    child.kill("SIGKILL");
    const { code, stdout } = await waiting;
    expect(code).toBe(1);
    expect(stdout).toContain('"state": "died"');
  });

  test.each(["x", "-1", "", "1e9"])("refuses %j as a time", async (time) => {
    const run = await runBy(thisProcess());
    expect(await call("wait", run.id, `--timeout=${time}`)).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("result", () => {
  test("is the answer, and nothing else on standard output", async () => {
    const run = await runBy(thisProcess());
    await ended(run, { kind: "succeeded" }, "It is\u001b[31m mended.\n");
    expect(await call("result", "--last")).toEqual({
      code: 0,
      stdout: "It is\u001b[31m mended.\n",
      stderr: "",
    });
    const shown = await callCommand(locations, ["thread", "result", run.id], { terminal: true });
    expect(shown.stdout).toBe("It is mended.\n");
  });

  test.each([
    ["was refused meanwhile", BUSY],
    ["could not be continued", UNAVAILABLE],
  ])("is of the run that has the thread, and not of one that %s", async (_what, refused) => {
    const run = await runBy(thisProcess(), { at: new Date(Date.now() - 2_000).toISOString() });
    await ended(await runBy(thisProcess()), refused, null);
    const { code, stderr } = await call("result", "--last");
    expect([code, stderr]).toEqual([2, expect.stringContaining(`run ${runHandle(run.id)} running`)]);
  });

  test("of a run that failed comes with what went wrong", async () => {
    const run = await runBy(thisProcess());
    await ended(run, FAILED, null);
    const { code, stdout, stderr } = await call("result", run.id);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/failed \(usage_limit\) after 1 min 0 s: no more today\nIt left no answer\.\n$/);
  });

  test("is not there while the run goes on", async () => {
    const run = await runBy(thisProcess());
    const { code, stdout, stderr } = await call("result", run.id);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("There is no result yet");
  });

  test("of a run that died is what Codex has on record", async () => {
    const codexHome = join(locations.root, "codex");
    const run = await runBy(goneProcess(), { codexHome });
    happened(
      run,
      { at: at(), kind: "thread", threadId: "01a1" },
      { at: at(), kind: "turn", turnId: "turn-1", state: "started" },
    );
    expect((await call("result", run.id)).stderr).toContain("Codex has no record of thread 01a1");
    rollout(codexHome, {
      type: "task_complete",
      turn_id: "turn-1",
      last_agent_message: "Late.",
      completed_at: 1,
    });
    const late = await call("result", run.id);
    expect([late.code, late.stdout]).toEqual([1, "Late.\n"]);
    expect(late.stderr).toContain("was completed all the same, 1970-01-01 00:00:01 UTC. Its answer follows");
    rollout(codexHome, { type: "turn_aborted", turn_id: "turn-1", reason: "interrupted" });
    expect((await call("result", run.id)).stderr).toContain("its turn was interrupted.");
    rollout(codexHome, { type: "task_complete", turn_id: "turn-1", error: { message: "no money" } });
    expect((await call("result", run.id)).stderr).toContain("its turn failed: no money.");
    rollout(codexHome, { type: "task_complete", turn_id: "turn-1" });
    expect((await call("result", run.id)).stderr).toContain(", without an answer.");
    rollout(codexHome, { type: "task_complete", turn_id: "another" });
    expect((await call("result", run.id)).stderr).toContain("it was cut off, or goes on;");
    const { stdout } = await call("result", run.id, "--json");
    expect(stdout).toContain('"says": "no-end"');
  });

  test("of a run that died before its turn says so", async () => {
    const run = await runBy(goneProcess());
    expect((await call("result", run.id)).stderr).toContain("it had not started a turn of Codex yet");
  });
});

describe("cancel", () => {
  test("asks the process, and says what became of it", async () => {
    const run = await runBy(thisProcess());
    const cancelling = call("cancel", run.id);
    await expect.poll(() => cancelRequest(run)?.by, { timeout: 50_000 }).toBe("terminal");
    await ended(run, CANCELLED);
    expect(await cancelling).toMatchObject({ code: 0, stdout: expect.stringContaining("is cancelled") });
    expect(cancelDone(run)).toBeUndefined();
  });

  test("that is interrupted itself leaves what it asked for", async () => {
    const run = await runBy(thisProcess());
    const signal = AbortSignal.abort(new Error("ended by SIGINT"));
    const called = await callCommand(locations, ["thread", "cancel", run.id], { now: new Date(), signal });
    expect(called).toMatchObject({ code: 2, stderr: expect.stringContaining("was asked to end") });
    expect([cancelRequest(run)?.by, cancelDone(run)]).toEqual(["terminal", undefined]);
  });

  test("comes too late for a run that has ended, before or meanwhile", async () => {
    const [before, meanwhile] = [await runBy(thisProcess()), await runBy(thisProcess())];
    await ended(before, { kind: "succeeded" });
    const late = {
      code: 1,
      stdout: expect.stringContaining("had ended before it could be cancelled: succeeded."),
    };
    expect(await call("cancel", before.id)).toMatchObject(late);
    expect(cancelRequest(before)).toBeUndefined();
    const cancelling = call("cancel", meanwhile.id);
    await ended(meanwhile, { kind: "succeeded" });
    expect(await cancelling).toMatchObject(late);
  });

  test("of a run that died is put on record beside it, never as its end", async () => {
    const run = await runBy(goneProcess());
    happened(run, { at: at(), kind: "thread", threadId: "01a1" });
    const { code, stdout } = await call("cancel", run.id);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /is cancelled; it wrote no end\. .*its process was gone; no server runs a turn of it\n$/,
    );
    expect(cancelDone(run)).toMatchObject({ process: "gone", turn: "not-found" });
    const status = (await call("status", run.id)).stdout;
    expect(status).toMatch(/^state {5}died/m);
    expect(status).toMatch(/^cancel {4}asked .* by a person's terminal; .*its process was gone/m);
    expect((await call("status")).stdout).toContain("died, cancelled");
  });

  test("never signals a process that only has the pid", async () => {
    const child = spawn("sleep", ["60"]);
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "spawn");
    const run = await runBy({ ...identityOf(child.pid), startTime: "1" });
    expect((await call("cancel", run.id)).code).toBe(0);
    expect(identifyProcess(child.pid ?? 0)).toBeDefined();
  });

  test("ends a process that does not answer", async () => {
    const child = spawn("sleep", ["60"]);
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "spawn");
    child.kill("SIGSTOP");
    const run = await runBy(identityOf(child.pid), { at: "2026-01-02T03:04:05.678Z" });
    // Asked long ago, and silent since.
    await askToCancel(run, { at: "2026-01-02T03:04:05.678Z", by: "agent-shell", session: null });
    const { code, stdout } = await call("cancel", run.id);
    expect(code).toBe(0);
    expect(stdout).toContain("its process did not answer and was ended; it had no thread of Codex yet");
    expect(identifyProcess(child.pid ?? 0)).toBeUndefined();
    expect((await call("status", run.id)).stdout).toMatch(/^cancel {4}asked .* by an agent's shell; /m);
  }, 60_000);
});

function identityOf(pid: number | undefined): ProcessIdentity {
  const identity = identifyProcess(pid ?? 0);
  if (identity === undefined) throw new Error("it does not run");
  return identity;
}

/** Codex's own record of thread 01a1, with one line about a turn. */
function rollout(codexHome: string, payload: object): void {
  const folder = join(codexHome, "sessions", "2026", "01", "02");
  mkdirSync(folder, { recursive: true });
  const line = (type: string, content: object): string => `${JSON.stringify({ type, payload: content })}\n`;
  const text = line("session_meta", { id: "01a1" }) + line("event_msg", payload);
  writeFileSync(join(folder, "rollout-2026-01-02T03-04-05-01a1.jsonl"), text);
}
