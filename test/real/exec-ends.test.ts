import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { locationsOf } from "#runs/locations.ts";
import { readRun, runNames, type StoredRun } from "#runs/records/run-files.ts";
import { runStateOf } from "#runs/records/run-state.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { type CodexVersion, type ExecPlace, type ExecWorld, makeExecWorld } from "#test/exec-world.ts";
import { killNow, processesOf } from "#test/processes-of.ts";
import { runCommand, say } from "#test/reviewer-action.ts";

vi.setConfig({ maxConcurrency: 4 });

let world: ExecWorld;
beforeAll(async () => {
  world = await makeExecWorld();
});
afterAll(() => world.close());

const FULL = ["--danger-full-access", "--reason", "a test"];
const VERSIONS: readonly CodexVersion[] = ["0.169", "0.140"];
/** One command that leaves its session, and one that holds the turn up. */
const BUSY = "setsid sleep 601 < /dev/null > /dev/null 2>&1 & echo on > out.txt; sleep 602";

function busyPlace(version: CodexVersion): ExecPlace {
  // Codex asks again after half a minute at the most, however long the command is to be waited for.
  return world.place(version, (request) =>
    request.outputs.length === 0 ? runCommand(request, BUSY) : { kind: "silent" },
  );
}

async function untilBusy(place: ExecPlace): Promise<void> {
  await eventuallyAsync(
    async () => place.left().filter(({ command }) => /^sleep 60[12]$/.test(command)).length === 2,
    () => `both commands run, but ${JSON.stringify(place.left())}`,
  );
}

/** The runs of a place; there is one. */
function runOf({ env, workspace }: ExecPlace): StoredRun | undefined {
  const reads = [...runNames(locationsOf(env, "/", "linux"))].map(readRun);
  return reads
    .flatMap((read) => (read.kind === "run" ? [read.run] : []))
    .find(({ begun }) => begun.cwd === workspace);
}

/** Neither of Codex, nor of what it started, nor of what watches over both. */
async function untilNothingIsLeft(place: ExecPlace): Promise<void> {
  const id = runOf(place)?.name.id ?? "no run";
  await eventuallyAsync(
    async () => [...place.left(), ...processesOf(id)].length === 0,
    () => `nothing is left, but ${JSON.stringify([...place.left(), ...processesOf(id)])}`,
  );
}

function stateOf(place: ExecPlace): string {
  const run = runOf(place);
  return run === undefined ? "no run" : runStateOf(run, new Date()).kind;
}

const SIGNALS = [
  ["0.169", "SIGTERM", FULL],
  ["0.169", "SIGHUP", ["--write"]],
  ["0.140", "SIGINT", FULL],
] as const;

test.concurrent.for(SIGNALS)("%s: %s to countersign ends all of it and is on record", async (one) => {
  const [version, signal, words] = one;
  const place = busyPlace(version);
  const run = place.begin(words);
  await untilBusy(place);
  run.kill(signal);
  const { exitCode, stdout } = await run;
  const failure = { kind: "cancelled", detail: `ended by ${signal}` };
  expect(JSON.parse(stdout)).toMatchObject({ exitCode: 1, outcome: { kind: "failed", failure } });
  expect(exitCode).toBe(1);
  await untilNothingIsLeft(place);
  expect(stateOf(place)).toBe("ended");
  // Codex's sandbox mounts on empty folders, which a Codex that was killed leaves where they were made.
  expect(readdirSync(place.workspace).sort()).toEqual([".git", "README.md", "old.txt", "out.txt"]);
});

const KILLED = [
  ["0.169", FULL],
  ["0.140", FULL],
  ["0.169", ["--write"]],
] as const;

test.concurrent.for(KILLED)("%s %j: a killed countersign leaves nothing alive, and no end", async (one) => {
  const [version, words] = one;
  const place = busyPlace(version);
  const run = place.begin(words);
  await untilBusy(place);
  run.kill("SIGKILL");
  await run;
  await untilNothingIsLeft(place);
  expect(stateOf(place)).toBe("died");
  expect(readdirSync(place.workspace).sort()).toEqual([".git", "README.md", "old.txt", "out.txt"]);
});

test.concurrent.for(VERSIONS)("%s: at the deadline nothing is left", async (version) => {
  const place = busyPlace(version);
  // By then even a machine under load has come to the command.
  const { outcome, record } = await place.exec([...FULL, "--timeout", "20", "--output", "out.txt"]);
  expect(outcome).toMatchObject({ failure: { kind: "timeout", detail: "it was ended after 20 s" } });
  expect(place.left()).toEqual([]);
  expect(record).toMatchObject({ changed: [{ path: "out.txt", old: null }] });
  // Codex 0.169 puts -1 on record for a command that was interrupted, where it still comes to it.
  expect(record?.commands.map(({ exitCode }) => exitCode ?? -1)).toEqual([-1]);
});

test.concurrent.for(VERSIONS)(
  "%s: a codex that is killed is said to be, and leaves nothing",
  async (version) => {
    const place = busyPlace(version);
    const run = place.begin(FULL);
    await untilBusy(place);
    killNow(place.left().filter(({ command }) => command.includes(" exec --json --color=never ")));
    const { stdout } = await run;
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 1, outcome: { failure: { kind: "killed" } } });
    await untilNothingIsLeft(place);
  },
);

test("an end that somebody else has written is not taken for ours", async () => {
  const place = busyPlace("0.169");
  const run = place.begin(FULL);
  await untilBusy(place);
  const folder = runOf(place)?.name.folder ?? "";
  writeFileSync(join(folder, "ended.json"), '{"outcome":{"kind":"succeeded"}}');
  run.kill("SIGTERM");
  const { exitCode, stdout } = await run;
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: { failure: { kind: "record_unwritable" } },
    run: { folder },
    record: null,
    notRecorded: { outcome: { failure: { kind: "cancelled" } } },
  });
  await untilNothingIsLeft(place);
});

test("a run that is cancelled while it is verified keeps what is known of it", async () => {
  const place = world.place("0.169", () => say("Done."));
  const run = place.begin(["--verify", "sleep 603"]);
  await eventuallyAsync(
    async () => place.left().some(({ command }) => /sleep 603$/.test(command)),
    () => "the verification runs",
  );
  run.kill("SIGTERM");
  const { exitCode, stdout } = await run;
  const { outcome, record } = JSON.parse(stdout);
  expect([exitCode, outcome.failure.kind]).toEqual([1, "cancelled"]);
  expect(record).toMatchObject({ answer: "Done.", rollouts: [{ threadId: record.threadId }] });
  await untilNothingIsLeft(place);
});
