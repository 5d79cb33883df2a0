import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import { COUNTERSIGN, type CommandRun, runCountersign } from "#test/run-countersign.ts";
import { gitState, makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";
import { makeSigningKey } from "#test/signing-key.ts";

const LINES = Array.from({ length: 30 }, (_, index) => `export const value${index} = ${index};`);

function code(own: Readonly<Record<number, string>> = {}): string {
  return `${LINES.map((line, index) => own[index] ?? line).join("\n")}\n`;
}

const Answer = z.looseObject({
  paths: z.array(
    z.looseObject({
      path: z.string(),
      verdict: z.string(),
      as: z.optional(z.string()),
      by: z.optional(z.array(z.looseObject({ model: z.string(), receipt: z.string() }))),
    }),
  ),
});

let author: GateWorld;
let other: ScratchRepository;
let remote: string;
beforeAll(async () => {
  author = await makeGateWorld((request) => reviewAnswer(request));
  const { repository } = author;
  repository.write("values.js", code());
  repository.write("other.js", "export const other = 1;\n");
  repository.commit("Values");
  remote = join(repository.beside, "remote.git");
  repository.git("clone", "--quiet", "--bare", ".", remote);
  repository.git("remote", "add", "origin", remote);
  other = makeRepository();
  other.git("remote", "add", "origin", remote);
  other.git("fetch", "--quiet", "origin");
  other.git("checkout", "--quiet", "-B", "main", "--track", "origin/main");
});
afterAll(async () => {
  other.remove();
  await author.close();
});

/** Another machine: its own home, its own state root, and nothing of Codex. */
async function elsewhere(...words: readonly string[]): Promise<CommandRun> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: other.home,
    COUNTERSIGN_HOME: join(other.beside, "state"),
  };
  return await runCountersign(words, env, other.root);
}

async function said(...words: readonly string[]): Promise<readonly (string | number | undefined)[]> {
  const { exitCode, stdout } = await elsewhere("audit", "verify", ...words, "--json");
  const { paths } = parseJson(stdout, Answer);
  return [exitCode, ...paths.map(({ path, verdict, as }) => `${path} ${verdict} ${as ?? ""}`.trim())];
}

test("what the gate signed on one machine is verified on another: as it is, squashed, rebased, in part", async () => {
  const { repository } = author;
  const session = author.session();
  await session.start();
  repository.write("values.js", code({ 3: "export const three = 3;" }));
  expect(await session.stop()).not.toHaveProperty("decision");
  repository.git("commit", "--quiet", "-am", "Three");
  session.prompt();
  repository.write(
    "values.js",
    code({ 3: "export const three = 3;", 16: "export const sixteen = 16;", 26: "export const last = 26;" }),
  );
  repository.write("new.js", "export const fresh = true;\n");
  repository.write("junk.log", "never committed\n");
  await session.stop();
  expect(session.outcomes()).toEqual(["allowed", "allowed"]);
  repository.git("add", "values.js", "new.js");
  repository.git("commit", "--quiet", "-m", "More");
  repository.git("push", "--quiet", "origin", "main:work");
  const untouched = gitState(repository.root);
  const pushed = await author.countersign(["notes", "push"]);
  expect(pushed).toMatchObject({ exitCode: 0, stderr: "" });
  expect(pushed.stdout).toMatch(/^2 notes on 4 paths pushed to origin/);
  expect(gitState(repository.root)).toBe(untouched);

  other.git("fetch", "--quiet", "origin");
  expect((await elsewhere("notes", "fetch")).exitCode).toBe(0);
  other.git("merge", "--quiet", "--squash", "origin/work");
  other.commit("Squashed");
  other.git("branch", "squashed");
  other.git("reset", "--quiet", "--hard", "origin/main");
  other.write("values.js", code({ 9: "export const another = 9;" }));
  other.commit("Another's");
  other.git("branch", "moved");
  other.git("rebase", "--quiet", "--onto", "moved", "origin/main", "origin/work");
  other.git("branch", "rebased");
  other.git("checkout", "--quiet", "-B", "part", "origin/main");
  other.write("values.js", code({ 16: "export const sixteen = 16;" }));
  other.git("checkout", "origin/work", "--", "new.js");
  other.commit("In part");
  renameSync(remote, `${remote}.away`);

  const whole = ["new.js signed content", "values.js signed steps"];
  expect(await said("origin/work", "--base", "origin/main")).toEqual([0, ...whole]);
  expect(await said("squashed", "--base", "squashed^")).toEqual([0, ...whole]);
  expect(await said("rebased", "--base", "moved")).toEqual([
    0,
    "new.js signed content",
    "values.js signed patch",
  ]);
  expect(await said("part", "--base", "origin/main")).toEqual([
    1,
    "new.js signed content",
    "values.js not-signed",
  ]);
  const { stdout } = await elsewhere("audit", "verify", "squashed", "--base", "squashed^", "--json");
  const [fresh] = parseJson(stdout, Answer).paths;
  expect(fresh?.by).toEqual([expect.objectContaining({ receipt: session.receipts()[1]?.id })]);
  expect(fresh?.by?.[0]?.model).toBe(session.receipts()[1]?.review?.model);
  renameSync(`${remote}.away`, remote);
  const anchored = await author.countersign(["audit", "verify"]);
  expect(anchored.stdout).toContain("the end of every chain stands in notes that a remote had");
});

test("the example for pipelines lets signed work pass and nothing else", async () => {
  const { repository } = author;
  const key = makeSigningKey("author");
  repository.git("fetch", "--quiet", "origin");
  repository.git("switch", "--quiet", "--create", "signers", "origin/main");
  repository.write(".github/allowed_signers", readFileSync(key.allowed));
  repository.git("add", ".github");
  repository.git("commit", "--quiet", "-m", "Signers");
  repository.git("push", "--quiet", "origin", "signers:main");
  repository.git("switch", "--quiet", "main");
  const bin = join(other.beside, "bin");
  mkdirSync(bin);
  const program = `#!/bin/sh\nexec "${process.execPath}" "${COUNTERSIGN}" "$@"\n`;
  writeFileSync(join(bin, "countersign"), program, { mode: 0o755 });
  const pipeline = async (name: string) => {
    other.gitIn(
      other.beside,
      "clone",
      "--quiet",
      "--depth",
      "1",
      "--branch",
      "work",
      `file://${remote}`,
      name,
    );
    const env = {
      PATH: `${bin}:${process.env["PATH"]}`,
      HOME: other.home,
      COUNTERSIGN_HOME: join(other.beside, `${name}-state`),
    };
    const script = join(import.meta.dirname, "../../docs/ci/verify.sh");
    const cwd = join(other.beside, name);
    return await execa("sh", [script], { cwd, env, extendEnv: false, reject: false });
  };
  const unsigned = await pipeline("before");
  expect(unsigned.exitCode).toBe(1);
  expect(unsigned.stdout).toContain("a note has no signature, and only signed ones count here");
  expect((await author.countersign(["notes", "push", "--key", key.file])).exitCode).toBe(0);
  const passed = await pipeline("after");
  expect([passed.exitCode, passed.stderr]).toEqual([0, ""]);
  expect(passed.stdout).toContain("2 of 2 changed paths signed, 0 not");
});
