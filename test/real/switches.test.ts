import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { eventuallyAsync } from "#test/eventually.ts";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import { startHook } from "#test/hook-process.ts";
import { makeMarkingPrograms } from "#test/marking-programs.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { stopTogether } from "#test/stop-together.ts";

const FILE = "src/price.js";

let world: GateWorld;
let session: WorldSession;
let edits = 0;
beforeAll(async () => {
  world = await makeGateWorld((request) => {
    const [quote = ""] = readFileSync(join(world.repository.root, FILE), "utf8").split("\n");
    return reviewAnswer(request, [{ file: FILE, line_start: 1, quote }]);
  });
});
beforeEach(async () => {
  session = world.session();
  await session.start();
  edits += 1;
  world.repository.write(FILE, `export const price = ${edits};\n`);
});
afterAll(async () => {
  await world.close();
});

test("a person's skip from a terminal lets exactly the next stop through", async () => {
  expect(await world.inTerminal(["skip", "--why", "a spike"])).toMatchObject({ exitCode: 0 });
  const skipped = await session.stop();
  expect(skipped.decision).toBeUndefined();
  expect(skipped.systemMessage).toContain("as a person asked");
  expect(world.api.requests).toHaveLength(0);
  session.prompt();
  expect((await session.stop()).decision).toBe("block");
  expect(session.outcomes()).toEqual(["skipped(person-skipped)", "blocked"]);
});

test("a person's skip holds for every hook of the stop", async () => {
  await world.inTerminal(["skip"]);
  const answers = await stopTogether(world, session);
  expect(answers.map(({ decision }) => decision)).toEqual([undefined, undefined]);
  expect(session.outcomes()).toEqual(["skipped(person-skipped)", "joined"]);
});

/** Loaded before a hook: says that its process has begun, and sets its clock ten seconds on from then. */
const LATE = `require("node:fs").writeFileSync(\`\${__dirname}/begun\`, "");
const Clock = Date;
globalThis.Date = class extends Clock {
  constructor(...words) {
    super(...(words.length === 0 ? [Clock.now() + 10_000] : words));
  }
  static now() {
    return Clock.now() + 10_000;
  }
};
`;

test("a person's skip holds for a hook that began with the others and was only asked ten seconds after", async () => {
  await world.inTerminal(["skip"]);
  const folder = scratchFolder();
  writeFileSync(join(folder, "late.cjs"), LATE);
  const env = { ...world.env, NODE_OPTIONS: `--require=${join(folder, "late.cjs")}` };
  const late = startHook("stop", { env, cwd: world.repository.root });
  await eventuallyAsync(
    async () => existsSync(join(folder, "begun")),
    () => "the hook's process has begun",
  );
  const prompt = { prompt_id: randomUUID() };
  expect((await session.stop(prompt)).systemMessage).toContain("as a person asked");
  const input = { session_id: session.id, cwd: world.repository.root, hook_event_name: "Stop", ...prompt };
  late.stdin.end(JSON.stringify(input));
  expect(JSON.parse((await late.ended).stdout)).toEqual({});
  expect(session.outcomes()).toEqual(["skipped(person-skipped)", "joined"]);
});

test("a skip outlives a stop that is deferred", async () => {
  await world.inTerminal(["skip"]);
  await session.stop({ background_tasks: [{ id: "b1", status: "running" }] });
  await session.stop();
  expect(session.outcomes()).toEqual(["deferred(background-tasks)", "skipped(person-skipped)"]);
});

test("a gate that a person switched off starts no program and leaves no receipt, until it is on again", async () => {
  expect(await world.inTerminal(["off"])).toMatchObject({ exitCode: 0 });
  const { folder, marks } = makeMarkingPrograms(world.repository.beside, ["git", "codex"]);
  const marking = { PATH: folder, COUNTERSIGN_CODEX: join(folder, "codex") };
  const input = { session_id: session.id, cwd: world.repository.root, hook_event_name: "Stop" };
  expect((await world.hook("stop", input, marking)).systemMessage).toMatch(
    /^Countersign: the gate is off for this session: it was switched off from a terminal at [-\d]+ [\d:]+ UTC\./,
  );
  expect(await world.hook("stop", input, marking)).toEqual({});
  expect(marks()).toEqual([]);
  expect(session.receipts()).toEqual([]);

  expect(await world.countersign(["on"])).toMatchObject({ exitCode: 0 });
  await world.hook("stop", input, marking);
  expect(marks()).not.toEqual([]);
  expect((await session.stop()).decision).toBe("block");
});
