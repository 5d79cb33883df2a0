import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { rerunVerifications } from "#commands/exec/look/rerun-verifications.ts";
import { verificationEnvironment } from "#commands/exec/look/verification-environment.ts";
import type { VerificationSeen } from "#gate/contract/run-seen.ts";
import { contractOf } from "#test/contract-values.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { limitInHand } from "#test/limit-in-hand.ts";
import { processesOf } from "#test/processes-of.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { buildWorker, startWorker } from "#test/worker.ts";

let workspace = "";
beforeEach(() => {
  workspace = join(scratchFolder(), "work");
  mkdirSync(join(workspace, "sub"), { recursive: true });
});

async function rerun(
  verification: Readonly<Record<string, unknown>>,
  own: { readonly environment?: Readonly<Record<string, string>>; readonly signal?: AbortSignal } = {},
): Promise<VerificationSeen> {
  const place = {
    workspace,
    environment: { PATH: process.env["PATH"], ...own.environment },
    codex: fakeCodex(),
    codexHome: "/codex/home",
  };
  const contract = contractOf({ verify: [verification] });
  const [seen] = await rerunVerifications(place, contract.verify, own.signal ?? new AbortController().signal);
  if (seen === undefined) throw new Error("nothing was run");
  return seen;
}

/** Prints the words that it is called with, and its home. */
function fakeCodex(): string {
  const path = join(workspace, "..", "codex");
  writeFileSync(path, '#!/bin/sh\necho "home $CODEX_HOME: $*"\nexit 9\n');
  chmodSync(path, 0o755);
  return path;
}

function script(name: string, text: string): string {
  writeFileSync(join(workspace, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(workspace, name), 0o755);
  return `./${name}`;
}

test("its exit code and its most telling line are told", async () => {
  const program = script("check", '(echo "3 passed"; echo "Error: 1 failed"; echo "    at f") >&2; exit 3');
  expect(await rerun({ command: [program] })).toEqual({
    command: [program],
    end: { kind: "exited", exitCode: 3 },
    words: "Error: 1 failed",
  });
  expect(await rerun({ command: ["true"] })).toMatchObject({ end: { kind: "exited", exitCode: 0 } });
});

test("no shell reads its words, and it runs where the contract says", async () => {
  const words = ["$HOME", "*", "; touch pwned", "a b", "`id`"];
  const seen = await rerun({
    command: ["node", "-e", "console.log(process.cwd(), ...process.argv.slice(1))", ...words],
    cwd: "sub",
  });
  expect(seen.words).toBe(`${workspace}/sub ${words.join(" ")}`);
  expect(existsSync(join(workspace, "sub/pwned"))).toBe(false);
});

test("a program is looked up on PATH, never in the workspace", async () => {
  script("nosuchprogram", "exit 0");
  script("true", "exit 5");
  const linked = join(workspace, "..", "linked");
  mkdirSync(linked);
  symlinkSync(join(workspace, "nosuchprogram"), join(linked, "nosuchprogram"));
  const environment = { PATH: `.:${workspace}:${linked}:${process.env["PATH"]}` };
  expect((await rerun({ command: ["nosuchprogram"] }, { environment })).end).toEqual({
    kind: "not-run",
    why: "there is no program nosuchprogram on PATH, outside of the workspace",
  });
  expect((await rerun({ command: ["true"] }, { environment })).end).toEqual({ kind: "exited", exitCode: 0 });
  expect((await rerun({ command: ["./true"] }, { environment })).end).toEqual({
    kind: "exited",
    exitCode: 5,
  });
});

test("what cannot be run is told", async () => {
  symlinkSync("..", join(workspace, "up"));
  writeFileSync(join(workspace, "plain"), "no program");
  const endOf = async (verification: Readonly<Record<string, unknown>>) => (await rerun(verification)).end;
  expect(await endOf({ command: ["true"], cwd: "gone" })).toEqual({
    kind: "not-run",
    why: "the folder gone is not there",
  });
  expect(await endOf({ command: ["true"], cwd: "up" })).toMatchObject({
    why: expect.stringMatching(/^up leads outside/),
  });
  expect(await endOf({ command: ["true"], cwd: "plain" })).toEqual({
    kind: "not-run",
    why: "plain is no folder",
  });
  expect(await endOf({ command: ["./plain"] })).not.toEqual({ kind: "exited", exitCode: 0 });
  expect(await endOf({ command: ["./gone"] })).not.toEqual({ kind: "exited", exitCode: 0 });
  expect(await endOf({ command: ["true", "x".repeat(300_000)] })).toMatchObject({
    kind: "not-run",
    why: expect.stringMatching(/cannot be started: .*E2BIG/),
  });
  expect(await endOf({ command: ["sh", "-c", "kill -SEGV $$"] })).toEqual({
    kind: "signal",
    signal: "SIGSEGV",
  });
});

/** Starts something in its group, and something that leaves group, session and parent behind. */
const BREEDER =
  'sleep 600 & setsid sh -c "sleep 601 & sleep 602" & (setsid sleep 603 >/dev/null 2>&1 </dev/null &)';

/** Resolves once the script has started all that it starts. */
async function begun(): Promise<void> {
  await eventuallyAsync(
    async () => existsSync(join(workspace, "begun")),
    () => "the command began",
  );
}

test("one that overstays its time is ended with all that it started", async () => {
  const limit = limitInHand(1_000);
  const command = [script("slow", `${BREEDER}; echo waiting; touch begun; sleep 604`)];
  const running = rerun({ command, timeoutSeconds: 1 });
  await begun();
  limit.reach();
  expect(await running).toMatchObject({ end: { kind: "timed-out", seconds: 1 }, words: "waiting" });
  expect(processesOf(workspace)).toEqual([]);
});

test("what one leaves behind is ended too, and its open pipe is not waited for", async () => {
  const seen = await rerun({ command: [script("leaves", `${BREEDER}; sleep 0.3; exit 0`)] });
  expect(seen.end).toEqual({ kind: "exited", exitCode: 0 });
  expect(processesOf(workspace)).toEqual([]);
});

test("cancelled, it is ended and thrown", async () => {
  const stop = new AbortController();
  const running = rerun(
    { command: [script("slow", `${BREEDER}; touch begun; sleep 604`)] },
    { signal: stop.signal },
  );
  await begun();
  stop.abort(new Error("stopped"));
  await expect(running).rejects.toThrow("stopped");
  expect(processesOf(workspace)).toEqual([]);
});

test("nothing of it outlives us, when we are killed", async () => {
  const worker = await buildWorker("run-verification", join(workspace, ".."));
  const program = script("slow", `${BREEDER}; sleep 0.3; touch begun; sleep 604`);
  const { process: killed, ended } = startWorker(worker, [workspace, program]);
  await begun();
  killed.kill("SIGKILL");
  await ended;
  await eventuallyAsync(
    async () => processesOf(workspace).length === 0,
    () =>
      processesOf(workspace)
        .map(({ command }) => command)
        .join(", "),
  );
});

test("secrets do not reach it, but those that the contract names", async () => {
  const environment = {
    PATH: "/bin",
    LANG: "C",
    OPENAI_API_KEY: "k",
    CODEX_HOME: "/x",
    COUNTERSIGN_HOME: "/x",
    github_token: "t",
    DB_PASSWORD: "p",
    AWS_SECRET_ACCESS_KEY: "s",
    GONE: undefined,
  };
  expect(verificationEnvironment({ environment, workspace }, ["DB_PASSWORD"], "mark")).toEqual({
    PATH: "/bin",
    LANG: "C",
    DB_PASSWORD: "p",
    COUNTERSIGN_NESTED: "mark",
  });
  const seen = await rerun(
    { command: ["sh", "-c", "echo $MY_TOKEN-$MY_KEY-$MINE"], environment: ["MY_KEY"] },
    { environment: { MY_TOKEN: "a", MY_KEY: "b", MINE: "c" } },
  );
  expect(seen.words).toBe("-b-c");
});

test("a program of the workspace stands in for none that a verification looks for on its way", async () => {
  const own = join(workspace, "node_modules/.bin");
  mkdirSync(own, { recursive: true });
  for (const name of ["env", "node"]) writeFileSync(join(own, name), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  writeFileSync(join(workspace, "fails"), "#!/usr/bin/env node\nprocess.exit(3);\n", { mode: 0o755 });
  const environment = { PATH: `${own}:${process.env["PATH"]}` };
  const seen = await rerun({ command: ["sh", "-c", "./fails && env true"] }, { environment });
  expect(seen.end).toEqual({ kind: "exited", exitCode: 3 });
});

test("in the sandbox it is started by Codex, which gets its own home", async () => {
  const seen = await rerun({ command: ["true", "a b"], sandbox: "read-only" });
  expect(seen.end).toEqual({ kind: "exited", exitCode: 9 });
  expect(seen.words).toMatch(
    /^home \/codex\/home: sandbox -c sandbox_mode="read-only" -c .* -- \S*\/true a b$/,
  );
});

test("they run one after the other", async () => {
  const place = { workspace, environment: process.env, codex: "", codexHome: "" };
  const command = ["sh", "-c", 'test ! -e log || read x < log; echo "$1" >> log', "sh"];
  const { verify } = contractOf({
    verify: ["one", "two", "three"].map((word) => ({ command: [...command, word] })),
  });
  await rerunVerifications(place, verify, new AbortController().signal);
  expect(readFileSync(join(workspace, "log"), "utf8")).toBe("one\ntwo\nthree\n");
});
