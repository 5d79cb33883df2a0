import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { parseJson } from "#base/json.ts";
import { FAILURE_POLICIES } from "#gate/failure/failure-policy.ts";
import { FAILURE_TEXTS } from "#gate/failure/failure-texts.ts";
import { closeBreaker } from "#test/close-breaker.ts";
import { CODEX_FAILURES, serverPids, untilDraining } from "#test/failures/codex-failures.ts";
import type { Broken, FailureCase, OwnTest } from "#test/failures/failure-case.ts";
import { MACHINE_FAILURES } from "#test/failures/machine-failures.ts";
import { MODEL_FAILURES } from "#test/failures/model-failures.ts";
import { type GateWorld, HookAnswer, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import { startHook } from "#test/hook-process.ts";
import { processesOf } from "#test/processes-of.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import { eventually } from "#test/shared-server.ts";

/** What a program says anyway, and is no reason for anything. */
const NOISE = /DeprecationWarning|\(node:|bubblewrap|hint:|npm (?:warn|notice)/;

/** The slow ones first: what waits for a deadline waits beside the others. */
const CASES: readonly FailureCase[] = [...MODEL_FAILURES, ...CODEX_FAILURES, ...MACHINE_FAILURES];

vi.setConfig({ maxConcurrency: 4 });

type Environment = Readonly<Record<string, string>>;
type Stage = { readonly world: GateWorld; readonly failure: FailureCase; readonly broken: Broken };
/** A session, with what its hooks are given, and a change that a review is due for. */
type Due = { readonly stage: Stage; readonly session: WorldSession; readonly env: Environment };

const FILE = "src/count.js";

/** In so many seconds a turn has begun, also beside the reviews of others, on this machine as it is now. */
let soonSeconds = 0;
beforeAll(async () => {
  const world = await makeGateWorld((request) => reviewAnswer(request));
  const session = world.session();
  await session.start();
  world.repository.write(FILE, "export const count = 1;\n");
  const begun = Date.now();
  await session.stop();
  soonSeconds = Math.ceil(12 + (4 * (Date.now() - begun)) / 1_000);
  await world.close();
});

/** A world in which a review must fail, until `mend`. */
async function brokenWorld(failure: FailureCase, own: OwnTest): Promise<Stage> {
  const world = await makeGateWorld((request) => reviewAnswer(request));
  own.onTestFinished(world.close);
  return { world, failure, broken: await failure.breakIt(world, own) };
}

async function changedSession(stage: Stage, onFailure: "allow" | "block"): Promise<Due> {
  const { world, failure, broken } = stage;
  const deadline = failure.deadline === "soon" ? { COUNTERSIGN_DEADLINE_SECONDS: String(soonSeconds) } : {};
  const env = { COUNTERSIGN_ON_FAILURE: onFailure, ...deadline };
  const session = world.session({ env });
  await session.start();
  world.repository.write(FILE, `export const count = "${session.id}";\n`);
  if (broken.script !== undefined) world.api.play(broken.script);
  return { stage, session, env };
}

function stopInput({ stage, session }: Due, again: boolean): object {
  return {
    session_id: session.id,
    transcript_path: session.transcript,
    cwd: stage.world.repository.root,
    hook_event_name: "Stop",
    stop_hook_active: again,
    prompt_id: "00000000-0000-4000-8000-000000000001",
  };
}

/** A stop while it is broken: exit code 0, and one JSON object that the host can read. */
async function failingStop(due: Due, again = false): Promise<HookAnswer> {
  const { world, broken } = due.stage;
  const undo = broken.begin?.();
  const hook = startHook("stop", {
    env: { ...world.env, ...due.env, ...broken.env },
    cwd: world.repository.root,
    before: broken.before,
  });
  hook.stdin.end(JSON.stringify(stopInput(due, again)));
  const [{ exitCode, stdout, stderr }] = await Promise.all([hook.ended, broken.meanwhile?.(hook)]);
  undo?.();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return parseJson(stdout, HookAnswer);
}

/** The stop after it, with a reviewer who is well. */
async function wellStop(due: Due): Promise<HookAnswer> {
  const { world, broken } = due.stage;
  world.api.play((request) => reviewAnswer(request));
  await closeBreaker(world.state);
  return await world.hook("stop", stopInput(due, true), { ...due.env, ...broken.well });
}

function expectTold({ systemMessage = "" }: HookAnswer, failure: FailureCase): void {
  const { kind, deadline, words = "" } = failure;
  if (deadline === "soon") expect(systemMessage).toContain(`after ${soonSeconds} s`);
  expect(systemMessage).toContain(FAILURE_TEXTS[kind].what);
  expect(systemMessage).toContain(FAILURE_TEXTS[kind].next);
  expect(systemMessage).toContain(words);
  expect(systemMessage).not.toMatch(NOISE);
}

function filesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
}

/** It is let through and told, nothing is kept that could pass for a verdict, and the next stop has a review. */
async function letThrough(stage: Stage): Promise<void> {
  const { world, failure } = stage;
  const due = await changedSession(stage, "allow");
  const answer = await failingStop(due);
  expect(answer.decision).toBeUndefined();
  expect(answer.systemMessage).toContain(failure.recorded === false ? "not on record" : `[${failure.kind}]`);
  expect(answer.systemMessage).toContain("unsigned");
  expectTold(answer, failure);
  expect(filesIn(join(world.state, "verdicts"))).toEqual([]);

  expect((await wellStop(due)).systemMessage).toContain("signed by");
  const failed = failure.recorded === false ? [] : [`failed(${failure.kind})`];
  expect(due.session.outcomes()).toEqual([...failed, "allowed"]);
  const reviewed = { known: null, review: { decision: "ALLOW" }, scope: { shown: [{ path: FILE }] } };
  expect(due.session.receipts().at(-1)).toMatchObject(reviewed);
}

/** It is held back once where that is configured; the same failure again is let through. */
async function heldOnce(stage: Stage): Promise<void> {
  const { failure } = stage;
  const kept = filesIn(join(stage.world.state, "verdicts"));
  const due = await changedSession(stage, "block");
  const answer = await failingStop(due);
  expectTold(answer, failure);
  const isHeld = failure.recorded !== false && FAILURE_POLICIES[failure.kind].held === "once";
  expect(answer.decision).toBe(isHeld ? "block" : undefined);
  if (isHeld) expect(answer.reason).toContain(FAILURE_TEXTS[failure.kind].what);

  expect((await failingStop(due, true)).decision).toBeUndefined();
  const first = { kind: "failed", class: failure.kind, blocked: isHeld };
  const recorded = due.session.receipts().map(({ outcome }) => outcome);
  expect(recorded[0]).toEqual(failure.recorded === false ? undefined : expect.objectContaining(first));
  expect(recorded.filter((outcome) => outcome.kind === "failed" && outcome.blocked)).toHaveLength(
    isHeld ? 1 : 0,
  );
  expect(filesIn(join(stage.world.state, "verdicts"))).toEqual(kept);
}

/** Nothing of a world runs any more once its sessions are over: `close` waits for the servers. */
async function expectNoSurvivor({ world }: Stage): Promise<void> {
  const folders = [world.repository.beside, world.codex.root];
  await world.close();
  await eventually(() => processesOf(...folders).length === 0);
}

test.concurrent.for(CASES)(
  "$name is told, reviewed later, and held back at most once",
  async (failure, own) => {
    const allowing = await brokenWorld(failure, own);
    await letThrough(allowing);
    // What pauses the calls at once would keep the second session from failing.
    const isPaused = FAILURE_POLICIES[failure.kind].breaker === "reset";
    const blocking = isPaused ? await brokenWorld(failure, own) : allowing;
    await heldOnce(blocking);
    for (const stage of new Set([allowing, blocking])) await expectNoSurvivor(stage);
  },
);

test("a server that shuts down while another's turn holds it is gone around", async ({ onTestFinished }) => {
  const world = await makeGateWorld(() => ({ kind: "silent" }));
  onTestFinished(world.close);
  const [holding, other] = [world.session(), world.session()];
  await holding.start();
  await other.start();
  world.repository.write(FILE, "export const count = 1;\n");
  const stage = { world, failure: { name: "", kind: "deadline", breakIt: () => ({}) }, broken: {} } as const;
  const due = { stage, session: holding, env: {} };
  const hook = startHook("stop", { env: world.env, cwd: world.repository.root });
  hook.stdin.end(JSON.stringify(stopInput(due, false)));
  onTestFinished(() => hook.kill("SIGKILL"));
  await world.api.requested(1);
  for (const pid of serverPids(world)) process.kill(pid, "SIGTERM");
  await untilDraining(world);
  world.api.play((request) => reviewAnswer(request));
  expect((await other.stop()).systemMessage).toContain("signed by");
  expect(other.receipts().at(-1)?.review).toMatchObject({
    serverKind: "private",
    notShared: "the shared server is shutting down",
  });
  hook.kill("SIGTERM");
  expect(parseJson((await hook.ended).stdout, HookAnswer).systemMessage).toContain("[turn-interrupted]");
});
