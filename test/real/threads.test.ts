import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "#base/digest.ts";
import { parseJson } from "#base/json.ts";
import { olderCodex } from "#test/codex-home.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
import { nonceOf, reviewAnswer, runCommand, say } from "#test/reviewer-action.ts";
import {
  begunOf,
  endedOf,
  failureOf,
  nativeAnswer,
  nativeReview,
  saidIn,
  ThreadRows,
  type ThreadRun,
  thread,
} from "#test/thread-world.ts";

let world: GateWorld;
beforeAll(async () => {
  world = await makeGateWorld((request) => say(`Answer to: ${request.prompt}`));
  world.repository.write("f.txt", "a\nb\n");
  world.repository.commit("Add f");
});
beforeEach(() => world.api.play((request) => say(`Answer to: ${request.prompt}`)));
afterAll(async () => {
  await world.close();
});

const SPACED = "What is this?\n  And  that?\n\n";
const said = () => saidIn(world.api.requests.at(-1) ?? fail());

function fail(): never {
  throw new Error("the model was not asked");
}

function promptOf({ folder }: ThreadRun): string {
  return readFileSync(join(folder, "prompt.txt"), "utf8");
}

describe.each([
  ["0.169", {}],
  ["0.140", { COUNTERSIGN_CODEX: olderCodex() }],
] as const)("with Codex %s", (version, env) => {
  const run = (...words: readonly string[]) => thread(world, words, env);

  test("a thread is started and continued with the new prompt alone; a gate's thread in between is none", async () => {
    const first = await run("start", SPACED, "--effort", "low", "--name", "The first");
    expect(first).toMatchObject({ exitCode: 0, stdout: `Answer to: ${SPACED}`.replace(/\n$/, "") });
    expect(begunOf(first)).toMatchObject({
      kind: "turn",
      promptDigest: sha256(SPACED),
      asked: { effort: "low", sandbox: "read-only", timeoutSeconds: 1_800 },
      codex: { version: expect.stringContaining(version) },
      resumes: null,
    });
    expect(promptOf(first)).toBe(SPACED);
    const { threadId, rollouts, ...ended } = endedOf(first);
    expect(ended).toMatchObject({
      outcome: { kind: "succeeded" },
      server: "shared",
      effort: "low",
      sandbox: "read-only",
      changed: [],
      usage: { input: 100, output: 20 },
    });
    expect(readFileSync(rollouts[0]?.seal.path ?? "", "utf8")).toContain(JSON.stringify(SPACED).slice(1, -1));

    const session = world.session({ env });
    await session.start();
    world.repository.write("gated.js", `export const gated = "${version}";\n`);
    world.api.play((request) => reviewAnswer(request));
    await session.stop();
    await session.end();
    expect(session.outcomes()).toEqual(["allowed"]);

    world.api.play((request) => say(`Answer to: ${request.prompt}`));
    const second = await run("resume", "--last", "And then?");
    expect(second).toMatchObject({ exitCode: 0, stdout: "Answer to: And then?" });
    expect(begunOf(second).resumes).toBe(threadId);
    expect(said()).toEqual([`user: ${SPACED}`, `assistant: Answer to: ${SPACED}`, "user: And then?"]);
    const byId = await run("resume", threadId ?? "", "Once more");
    expect(byId.exitCode).toBe(0);
    expect(said()).toHaveLength(5);
  });

  test("a thread that could write is continued without, and what it changed is on record", async () => {
    const name = `made-${version}.txt`;
    world.api.play((request) =>
      request.outputs.length === 0 ? runCommand(request, `echo hi > ${name}; ls`) : say("Made it."),
    );
    const written = endedOf(await run("start", "Make it", "--write"));
    expect(written).toMatchObject({ sandbox: "workspace-write", changed: [{ path: name, old: null }] });
    world.api.play((request) =>
      request.outputs.length === 1 ? runCommand(request, `echo more > ${name}`) : say("Tried."),
    );
    const read = await run("resume", "--last", "Change it");
    expect(endedOf(read)).toMatchObject({ sandbox: "read-only", changed: [] });
    expect(readFileSync(join(world.repository.root, name), "utf8")).toBe("hi\n");
  });

  test("Codex's own review answers in findings, checked, and its own thread is sealed too", async () => {
    world.repository.write("f.txt", "a\nB\n");
    const file = join(world.repository.root, "f.txt");
    world.api.play((request) =>
      nativeReview(request, [
        { file, line: 2 },
        { file: join(world.repository.root, "none.txt"), line: 1 },
        { file, line: 20, priority: 0 },
      ]),
    );
    const review = await run("review");
    expect(review.exitCode).toBe(1);
    const { remarks, rollouts, commands, outcome, responseIds, usage } = endedOf(review);
    expect(outcome).toEqual({ kind: "succeeded" });
    expect(remarks?.map((remark) => [remark.file, remark.severity, remark.check])).toEqual([
      ["f.txt", "high", "stands"],
      ["none.txt", "high", "does-not-stand"],
      ["f.txt", "critical", "does-not-stand"],
    ]);
    expect(rollouts.map(({ threadId }) => threadId === endedOf(review).threadId)).toEqual([true, false]);
    expect(readFileSync(rollouts[1]?.seal.path ?? "", "utf8")).toContain('"subagent":"review"');
    expect(commands).toEqual([{ command: expect.stringContaining("git diff HEAD"), exitCode: 0 }]);
    expect(responseIds).toHaveLength(version === "0.169" ? 2 : 0);
    expect(usage).toMatchObject({ input: 200, output: 40 });
  });

  test.each([
    [["--base", "HEAD~1"], "base branch 'HEAD~1'"],
    [["--commit", "HEAD"], '("Add f")'],
    [["--custom", " Look at f.txt.\n"], "Look at f.txt."],
  ] as const)("a review is about %o", async (words, prompt) => {
    world.api.play((request) => nativeReview(request, []));
    const review = await run("review", ...words);
    expect(review).toMatchObject({ exitCode: 0, stdout: "That is all." });
    expect(world.api.requests.at(-1)?.prompt).toContain(prompt);
    expect(endedOf(review)).toMatchObject({ remarks: [], outcome: { kind: "succeeded" } });
  });

  test("what answers nothing, saw nothing, or has no form is no review", async () => {
    world.api.play((request) =>
      request.outputs.length === 0 ? runCommand(request, "git status") : { kind: "empty" },
    );
    const empty = await run("review");
    expect([empty.exitCode, empty.stdout, failureOf(empty)]).toEqual([1, "", "turn_incomplete"]);
    world.api.play(() => nativeAnswer([]));
    const blind = await run("review");
    expect([blind.exitCode, failureOf(blind)]).toEqual([1, "no_tool_use"]);
    world.api.play((request) =>
      request.outputs.length === 0 ? runCommand(request, "git status") : say("It is all fine."),
    );
    const prose = await run("review");
    expect([prose.exitCode, prose.stdout, failureOf(prose)]).toEqual([
      1,
      "It is all fine.",
      "output_invalid",
    ]);
  });
});

test("an approach is challenged, and each finding is held against the files", async () => {
  world.repository.write("store.ts", 'import { load, save } from "./disk.ts";\nsave(load() + 1);\n');
  const finding = (title: string, file: string, quote: string) => ({
    title,
    aspect: "assumption",
    severity: "high",
    kind: "fact",
    file,
    line_start: 2,
    line_end: 2,
    quote,
    failure_path: "Two processes load 1 and both save 2.",
    recommendation: "Take the lock.",
  });
  world.api.play((request) => {
    if (request.outputs.length === 0) return runCommand(request, "cat store.ts");
    const findings = [
      finding("One writer is assumed", "store.ts", "save(load() + 1);"),
      finding("Made up", "store.ts", "save(locked(load()));"),
      finding("Elsewhere", "none.ts", "save();"),
    ];
    const answer = {
      request_id: nonceOf(request.prompt),
      stance: "doubtful",
      summary: "A counter.",
      findings,
    };
    return say(JSON.stringify(answer));
  });
  const run = await thread(world, ["review", "--adversarial", "the lock"]);
  expect(run.exitCode).toBe(1);
  expect(world.api.requests.at(-1)?.prompt).toContain("# What to look at above all\n\nthe lock");
  expect(world.api.requests.at(-1)?.schema).toMatchObject({ required: expect.arrayContaining(["stance"]) });
  expect(run.stdout).toContain("The approach is doubtful. A counter.");
  expect(run.stdout).toContain("[high, stands] One writer is assumed (store.ts:2)");
  expect(run.stdout).toContain("[high, DOES NOT STAND] Made up (store.ts:2)");
  expect(endedOf(run).remarks?.map(({ check }) => check)).toEqual([
    "stands",
    "does-not-stand",
    "does-not-stand",
  ]);
  expect(begunOf(run).promptDigest).toBe(sha256(promptOf(run)));
});

test("threads are listed, named and shown; those of the gate only when all are wanted", async () => {
  const list = async (...words: readonly string[]) =>
    parseJson((await thread(world, ["list", "--json", ...words])).stdout, ThreadRows).threads;
  const usual = await list("--limit", "100");
  expect(usual.filter(({ gate, archived }) => gate || archived)).toEqual([]);
  expect(usual.map(({ name }) => name)).toContain("The first");
  expect(
    (await list("--all", "--limit", "100")).filter(({ gate, archived }) => gate && archived),
  ).toHaveLength(2);

  const start = await thread(world, ["start", "Show me"]);
  const id = endedOf(start).threadId ?? "";
  expect((await thread(world, ["name", id, "A", "--json"])).exitCode).toBe(0);
  expect((await list("--limit", "1")).map((row) => [row.thread, row.name])).toEqual([[id, "A"]]);
  const shown = await thread(world, ["show", "--last"]);
  expect(shown.stdout).toContain("completed (gpt-5.5, read-only)\n  > Show me\n  < Answer to: Show me\n");
  expect(shown.stdout).toContain(endedOf(start).rollouts[0]?.seal.path ?? fail());
});

test("MCP servers of the user are off unless they are named", async () => {
  const log = join(world.repository.beside, "mcp.log");
  const table = `[mcp_servers.probe]\ncommand = "/bin/sh"\nargs = ["-c", "echo up > ${log}"]\nstartup_timeout_sec = 60`;
  appendFileSync(join(world.codex.codexHome, "config.toml"), `\n${table}\n`);
  expect((await thread(world, ["start", "Without"])).exitCode).toBe(0);
  expect(existsSync(log)).toBe(false);
  const started = eventuallyAsync(
    async () => existsSync(log),
    () => "the server was started",
  );
  world.api.play(() => ({ kind: "hold", until: started.then(() => say("Done.")) }));
  await thread(world, ["start", "With", "--mcp", "probe"]);
  await started;
  const unknown = await thread(world, ["start", "With", "--mcp", "other"]);
  expect([unknown.exitCode, failureOf(unknown)]).toEqual([2, "contract_invalid"]);
});
