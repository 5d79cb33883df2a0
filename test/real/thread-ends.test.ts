import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { type CodexHome, makeCodexHome, olderCodex } from "#test/codex-home.ts";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
import { killNow, processesOf } from "#test/processes-of.ts";
import { refuse, say } from "#test/reviewer-action.ts";
import {
  endedOf,
  eventually,
  failureOf,
  playSleep,
  ThreadRows,
  thread,
  type Underway,
  underway,
} from "#test/thread-world.ts";

let world: GateWorld;
/** A home in which Codex asks again, as it does by default. */
let patient: CodexHome;
/** One whose provider is nowhere. */
let cutOff: CodexHome;
/** One in which nobody is signed in. */
let strange: CodexHome;
beforeAll(async () => {
  world = await makeGateWorld(() => say("Done."));
  // A review of nothing asks nobody.
  world.repository.write("new.js", "export const one = 1;\n");
  cutOff = makeCodexHome({ url: "http://127.0.0.1:9/v1" });
  patient = makeCodexHome({ url: world.api.url, requestRetries: 4, streamRetries: 5 });
  strange = makeCodexHome({ url: "http://127.0.0.1:9/v1" });
  writeFileSync(join(strange.codexHome, "config.toml"), "");
});
afterAll(async () => {
  // Their servers live as long as the world, and would make their homes again.
  await world.close();
  for (const home of [patient, cutOff, strange]) home.remove();
});

const Standing = z.looseObject({ runs: z.array(z.looseObject({ state: z.string() })) });

const lives = (pid: number): boolean => identifyProcess(pid) !== undefined;

/** Starts a run that has a command run for ever, and returns that command's process. */
async function withSleep(
  seconds: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly run: Underway; readonly sleep: number }> {
  const found = playSleep(world, seconds);
  const run = underway(world, words, env);
  await eventually(`sleep ${seconds} runs`, () => found() !== undefined);
  return { run, sleep: found() ?? 0 };
}

test.each([
  ["0.169", {}, ["start", "Sleep"]],
  ["0.140", { COUNTERSIGN_CODEX: olderCodex() }, ["start", "Sleep"]],
  ["0.169, in a review's own thread,", {}, ["review"]],
] as const)(
  "with Codex %s an interrupt ends the turn and the command that it runs",
  async (_, env, words) => {
    const { run, sleep } = await withSleep("4321", words, env);
    // Also from a server of its own: 0.140 would let two write into one thread's file.
    const alone = { ...env, COUNTERSIGN_SHARE_SERVER: "false" };
    const steered = await thread(world, ["resume", "--last", "And this?"], alone);
    expect([steered.exitCode, failureOf(steered)]).toEqual([2, "thread_busy"]);
    expect(steered.stderr).toContain("`countersign thread wait`");
    const last = parseJson((await thread(world, ["status", "--last", "--json"], env)).stdout, Standing);
    expect(last.runs).toMatchObject([{ state: "running" }]);
    expect((await thread(world, ["interrupt", "--last"], env)).exitCode).toBe(0);
    expect(lives(sleep)).toBe(false);
    const ended = await run.done;
    expect([ended.exitCode, ended.stdout, failureOf(ended)]).toEqual([1, "", "cancelled"]);
    expect(endedOf(ended).answer).toBeNull();
    expect(endedOf(ended).rollouts).not.toEqual([]);
    expect((await thread(world, ["interrupt", "--last"], env)).exitCode).toBe(1);
  },
);

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends the run, with a record of it and none of the folders that its sandbox made",
  async (signal) => {
    const before = readdirSync(world.repository.root);
    const { run, sleep } = await withSleep("4322", ["start", "Sleep", "--write"]);
    expect(readdirSync(world.repository.root)).toContain(".agents");
    process.kill(run.pid, signal);
    const ended = await run.done;
    expect(lives(sleep)).toBe(false);
    expect(readdirSync(world.repository.root)).toEqual(before);
    expect(endedOf(ended).outcome).toMatchObject({
      failure: { kind: "cancelled", detail: `ended by ${signal}` },
    });
  },
);

test("the deadline ends it, with all that it runs", async () => {
  const { run, sleep } = await withSleep("4323", ["start", "Sleep", "--timeout", "15"]);
  const ended = await run.done;
  expect([ended.exitCode, failureOf(ended), lives(sleep)]).toEqual([1, "timeout", false]);
});

test("a server that is killed is told within seconds, and the thread can be continued", async () => {
  const { run, sleep } = await withSleep("4324", ["start", "Sleep"]);
  killNow(processesOf(world.state).filter(({ command }) => command.includes("app-server --listen")));
  const ended = await run.done;
  expect(failureOf(ended)).toBe("killed");
  await eventually("its command is gone", () => !lives(sleep));
  world.api.play(() => say("Continued."));
  expect((await thread(world, ["resume", "--last", "Go on"])).stdout).toBe("Continued.");
});

test("a run that is killed leaves nothing behind but its thread, which is not archived", async () => {
  const before = readdirSync(world.repository.root);
  const { run, sleep } = await withSleep("4325", ["start", "Sleep", "--write"]);
  process.kill(run.pid, "SIGKILL");
  await run.done;
  await eventually("its command is gone", () => !lives(sleep));
  const status = await thread(world, ["status", "--last"]);
  expect(status.stdout).toContain("died");
  world.api.play(() => say("Continued."));
  expect((await thread(world, ["resume", "--last", "Go on"])).exitCode).toBe(0);
  // The folders that its sandbox made go with the next run.
  expect(readdirSync(world.repository.root)).toEqual(before);
  const { threads } = parseJson((await thread(world, ["list", "--json"])).stdout, ThreadRows);
  expect(threads.filter(({ archived }) => archived)).toEqual([]);
});

test("a Codex that is not signed in says so before a turn is tried", async () => {
  const env = { HOME: strange.home, CODEX_HOME: strange.codexHome };
  for (const words of [["start", "x"], ["review"]]) {
    const run = await thread(world, words, env);
    expect([run.exitCode, failureOf(run), run.stdout]).toEqual([2, "not_signed_in", ""]);
    expect(run.stderr).toContain("`codex login`");
    const { turnIds, threadId, seconds } = endedOf(run);
    expect([turnIds, threadId]).toEqual([[], null]);
    // Refused, and not waited out: the turn's own time limit is many minutes. What a loaded machine takes is no matter.
    expect(seconds).toBeLessThan(120);
  }
});

test("a provider that wants an hour, or cannot be reached, is told as such at the deadline", async () => {
  const at = ({ home, codexHome }: CodexHome) => ({ HOME: home, CODEX_HOME: codexHome });
  world.api.play(() => refuse(429, { message: "Slow down" }, { "retry-after": "3600" }));
  const [limited, unreachable] = await Promise.all([
    thread(world, ["start", "x", "--timeout", "15"], at(patient)),
    thread(world, ["start", "x", "--timeout", "15"], at(cutOff)),
  ]);
  expect([limited.exitCode, failureOf(limited)]).toEqual([1, "rate_limit"]);
  expect([unreachable.exitCode, failureOf(unreachable)]).toEqual([1, "provider_unreachable"]);
  // Ended by the limit of 15 s and not by the hour: the rest is for a loaded machine.
  for (const run of [limited, unreachable]) expect(endedOf(run).seconds).toBeLessThan(180);
});
