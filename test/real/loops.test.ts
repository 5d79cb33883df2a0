import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import type { Script } from "#test/responses-api.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import { stopTogether } from "#test/stop-together.ts";

const FILE = "src/price.js";

let world: GateWorld;
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
});
beforeEach(() => {
  world.api.play(alwaysBlock);
});
afterAll(async () => {
  await world.close();
});

/** Finds fault with the first line of the file, whatever it is now. */
const alwaysBlock: Script = (request) => {
  const [quote = ""] = readFileSync(join(world.repository.root, FILE), "utf8").split("\n");
  return reviewAnswer(request, [{ file: FILE, line_start: 1, quote, title: "The price is wrong" }]);
};

let edits = 0;
/** Changes the line that the reviewer finds fault with. */
function edit(): void {
  edits += 1;
  world.repository.write(FILE, `export const price = ${edits};\n`);
}

/** The requests that the model gets while this runs. */
async function requestsOf(work: () => Promise<unknown>): Promise<number> {
  const before = world.api.requests.length;
  await work();
  return world.api.requests.length - before;
}

async function startedSession(env: Readonly<Record<string, string>> = {}): Promise<WorldSession> {
  const session = world.session({ env });
  await session.start();
  return session;
}

test("a turn that changes nothing costs no request and says nothing", async () => {
  const session = await startedSession();
  const requests = await requestsOf(async () => {
    expect(await session.stop()).toEqual({});
    session.prompt();
    expect(await session.stop()).toEqual({});
  });
  expect(requests).toBe(0);
  expect(session.outcomes()).toEqual(["skipped(unchanged)", "skipped(unchanged)"]);
});

test("an agent that changes nothing after a block is reviewed once and held back once", async () => {
  const session = await startedSession();
  edit();
  const requests = await requestsOf(async () => {
    expect((await session.stop()).decision).toBe("block");
    const second = await session.stop({ stop_hook_active: true });
    expect(second.decision).toBeUndefined();
    expect(second.systemMessage).toContain("nothing changed since the last review");
    expect(second.systemMessage).toContain("The price is wrong");
    expect(second.systemMessage).toContain(" dismiss ");
    session.prompt();
    const third = await session.stop();
    expect(third.decision).toBeUndefined();
    expect(third.systemMessage).toContain("The price is wrong");
    expect(third.systemMessage).not.toContain(" dismiss ");
  });
  expect(requests).toBe(1);
  expect(session.outcomes()).toEqual(["blocked", "unresolved", "unresolved"]);
});

test.each<readonly [string, object]>([
  ["stop_hook_active is false throughout", { stop_hook_active: false }],
  ["stop_hook_active is true throughout", { stop_hook_active: true }],
  ["stop_hook_active is absent", { stop_hook_active: undefined }],
  ["the prompt has no id", { prompt_id: undefined }],
  ["the prompt has no id, and stop_hook_active is true", { prompt_id: undefined, stop_hook_active: true }],
  [
    "the prompt has no id, and stop_hook_active is absent",
    { prompt_id: undefined, stop_hook_active: undefined },
  ],
])("an agent that edits for ever is held back three times where %s", async (_name, fields) => {
  const session = await startedSession();
  const requests = await requestsOf(async () => {
    for (const round of [1, 2, 3]) {
      edit();
      const held = await session.stop(fields);
      expect(held.decision).toBe("block");
      expect(held.systemMessage).toContain(`round ${round} of 3`);
    }
    edit();
    const through = await session.stop(fields);
    expect(through.decision).toBeUndefined();
    expect(through.systemMessage).toContain("The price is wrong");
    expect(through.systemMessage).toContain(`${FILE}:1`);
  });
  expect(requests).toBe(4);
  expect(session.outcomes()).toEqual(["blocked", "blocked", "blocked", "capped(rounds)"]);
});

test("no review is made in a prompt whose rounds are used up, and the next prompt has its own", async () => {
  const session = await startedSession({ COUNTERSIGN_MAX_ROUNDS: "1" });
  edit();
  await session.stop();
  edit();
  await session.stop();
  edit();
  expect(await requestsOf(() => session.stop())).toBe(0);
  expect(session.outcomes()).toEqual(["blocked", "capped(rounds)", "capped(rounds)"]);
  session.prompt();
  expect((await session.stop()).systemMessage).toContain("round 1 of 1");
});

test("what was capped does not block in a later prompt until its lines change", async () => {
  const session = await startedSession({ COUNTERSIGN_MAX_ROUNDS: "1" });
  edit();
  await session.stop();
  edit();
  await session.stop();
  expect(session.outcomes()).toEqual(["blocked", "capped(rounds)"]);

  session.prompt();
  world.repository.write("src/other.js", `export const other = ${edits};\n`);
  expect((await session.stop()).decision).toBeUndefined();
  expect(session.receipts().at(-1)?.findings).toMatchObject([{ status: "settled", by: "cap" }]);

  session.prompt();
  edit();
  expect((await session.stop()).decision).toBe("block");
});

test("the time of a prompt's rounds is bounded, and what was open then is shown and settled", async () => {
  const session = await startedSession({ COUNTERSIGN_MAX_MINUTES: "0.000001" });
  edit();
  expect((await session.stop()).decision).toBe("block");
  world.repository.write("src/other.js", `export const late = ${edits};\n`);
  const requests = await requestsOf(async () => {
    const late = await session.stop();
    expect(late.decision).toBeUndefined();
    expect(late.systemMessage).toContain("The price is wrong");
  });
  expect(requests).toBe(0);
  expect(session.outcomes()).toEqual(["blocked", "capped(minutes)"]);

  session.prompt();
  expect((await session.stop()).decision).toBeUndefined();
  expect(session.receipts().at(-1)?.findings).toMatchObject([{ status: "settled", by: "cap" }]);
});

test("a stop while background tasks run is let through, and the next one reviews all of it", async () => {
  const session = await startedSession();
  world.api.play((request) => reviewAnswer(request));
  world.repository.write("src/first.js", `export const first = ${edits};\n`);
  const task = { id: "b1", type: "shell", status: "running", description: "tests", command: "npm test" };
  const requests = await requestsOf(async () => {
    const deferred = await session.stop({ background_tasks: [task] });
    expect(deferred.decision).toBeUndefined();
    expect(deferred.systemMessage).toContain("background tasks");
  });
  expect(requests).toBe(0);
  world.repository.write("src/second.js", `export const second = ${edits};\n`);
  await session.stop({ background_tasks: [{ ...task, status: "completed" }] });
  expect(session.outcomes()).toEqual(["deferred(background-tasks)", "allowed"]);
  const prompt = world.api.requests.at(-1)?.prompt;
  expect(prompt).toContain("src/first.js");
  expect(prompt).toContain("src/second.js");
});

test("a server that goes on running defers its own prompt and no later one", async () => {
  world.api.play((request) => reviewAnswer(request));
  const session = world.session();
  await session.start();
  const server = { id: "b1", type: "shell", status: "running", description: "dev", command: "npm run dev" };
  world.repository.write("server.js", "export const port = 8080;\n");
  await session.stop({ background_tasks: [server] });
  session.prompt();
  await session.stop({ background_tasks: [server] });
  session.prompt();
  world.repository.write("server.js", "export const port = 8081;\n");
  await session.stop({ background_tasks: [server, { ...server, id: "a1", type: "subagent" }] });
  expect(session.outcomes()).toEqual(["deferred(background-tasks)", "allowed", "deferred(background-tasks)"]);
});

test("two sessions in one folder count each for themselves", async () => {
  const [one, other] = [await startedSession(), await startedSession()];
  for (const round of [1, 2, 3]) {
    edit();
    expect((await one.stop()).systemMessage).toContain(`round ${round} of 3`);
  }
  expect((await other.stop()).systemMessage).toContain("round 1 of 3");
  edit();
  await one.stop();
  expect((await other.stop()).systemMessage).toContain("round 2 of 3");
  expect(one.outcomes().at(-1)).toBe("capped(rounds)");
});

test("two hooks of one stop make one review and hold it back once", async () => {
  const session = await startedSession();
  edit();
  const requests = await requestsOf(async () => {
    const answers = await stopTogether(world, session);
    expect(answers.filter(({ decision }) => decision === "block")).toHaveLength(1);
  });
  expect(requests).toBe(1);
  expect(session.outcomes()).toEqual(["blocked", "joined"]);
});

test("a second hook of each stop does not make the count begin anew", async () => {
  const session = await startedSession({ COUNTERSIGN_MAX_ROUNDS: "1" });
  const nameless = { prompt_id: undefined };
  edit();
  await stopTogether(world, session, nameless);
  edit();
  expect((await session.stop(nameless)).decision).toBeUndefined();
  expect(session.outcomes()).toEqual(["blocked", "joined", "capped(rounds)"]);
});

test("compaction keeps the count, the baseline and the configuration", async () => {
  const session = await startedSession({ COUNTERSIGN_MAX_ROUNDS: "2" });
  edit();
  await session.stop();
  const common = { session_id: session.id, cwd: world.repository.root, hook_event_name: "SessionStart" };
  const weaker = { COUNTERSIGN_MAX_ROUNDS: "7", COUNTERSIGN_GATE: "off" };
  await world.hook("session-start", { ...common, source: "compact" }, weaker);
  edit();
  expect((await session.stop()).systemMessage).toContain("round 2 of 2");
  edit();
  expect((await session.stop()).decision).toBeUndefined();
  expect(session.outcomes()).toEqual(["blocked", "blocked", "capped(rounds)"]);
  const baselines = new Set(session.receipts().map(({ baseline }) => baseline?.fingerprint));
  expect(baselines.size).toBe(1);
  const digests = new Set(session.receipts().map(({ configDigest }) => configDigest));
  expect(digests.size).toBe(1);
});
