import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkClaude } from "#commands/doctor/check-claude.ts";
import { checkCodex } from "#commands/doctor/check-codex.ts";
import { checkGit, checkNode } from "#commands/doctor/check-programs.ts";
import { type ExaminedStage, examinedStage } from "#test/examined.ts";

const { signal } = new AbortController();

function program(stage: ExaminedStage, path: string, says: string, exit = 0): string {
  return stage.write(path, `#!/bin/sh\necho '${says}'\nexit ${exit}\n`, 0o755);
}

function withPath(stage: ExaminedStage, ...folders: readonly string[]): ExaminedStage["examined"] {
  const PATH = folders.map((folder) => join(stage.root, folder)).join(":");
  return { ...stage.examined, environment: { ...stage.examined.environment, PATH } };
}

test("every codex on PATH is listed in order, and the first one answers", async () => {
  const stage = examinedStage();
  const first = program(stage, "one/codex", "codex-cli 0.169.0");
  const second = program(stage, "two/codex", "codex-cli 0.140.0");
  const [codex] = await checkCodex(withPath(stage, "one", "two"), signal);
  expect(codex).toMatchObject({
    state: "warning",
    what: `0.169.0 (${first}) answers, and others are on PATH`,
  });
  expect(codex?.detail.slice(0, 2)).toEqual([
    `first on PATH: 0.169.0 ${first}`,
    `then on PATH: 0.140.0 ${second}`,
  ]);
  expect(codex?.detail[2]).toContain("PATH=/usr/bin:/bin finds none");
  const [alone] = await checkCodex(withPath(stage, "two"), signal);
  expect(alone).toMatchObject({ state: "ok", what: `0.140.0 (${second})`, next: null });
});

test("COUNTERSIGN_CODEX goes before PATH, and what it hides is listed", async () => {
  const stage = examinedStage();
  const named = program(stage, "named/codex", "codex-cli 0.160.0");
  program(stage, "one/codex", "codex-cli 0.169.0");
  const examined = withPath(stage, "one");
  const environment = { ...examined.environment, COUNTERSIGN_CODEX: named };
  const [codex] = await checkCodex({ ...examined, environment }, signal);
  expect(codex).toMatchObject({ state: "warning", what: expect.stringContaining(`0.160.0 (${named})`) });
  expect(codex?.detail[0]).toBe(`COUNTERSIGN_CODEX names ${named}, which goes before PATH`);
});

test.each([
  ["missing", undefined, "was not found"],
  ["too old", "codex-cli 0.100.0", "too old"],
])("a codex that is %s breaks the gate", async (_what, says, words) => {
  const stage = examinedStage();
  if (says !== undefined) program(stage, "one/codex", says);
  const [codex] = await checkCodex(withPath(stage, "one"), signal);
  expect(codex).toMatchObject({ state: "broken", what: expect.stringContaining(words) });
  expect(codex?.next).toContain("npm install -g @openai/codex");
});

test("every claude is listed, with the oldest that was tried", async () => {
  const stage = examinedStage();
  const first = program(stage, "one/claude", "2.1.330 (Claude Code)");
  program(stage, "two/claude", "broken", 3);
  const [claude] = await checkClaude(withPath(stage, "one", "two"), signal);
  expect(claude).toMatchObject({ state: "ok", what: "2.1.330" });
  expect(claude?.detail[0]).toBe(`first on PATH: 2.1.330 ${first}`);
  expect(claude?.detail[2]).toContain("tried with Claude Code from 2.1.330 on");
});

test.each([
  ["older than that", "2.1.100 (Claude Code)", "older than what the hooks were tried with"],
  ["silent", "hello", "does not say its version"],
])("a claude that is %s is told", async (_what, says, words) => {
  const stage = examinedStage();
  program(stage, "one/claude", says);
  const [claude] = await checkClaude(withPath(stage, "one"), signal);
  expect(claude).toMatchObject({ state: "warning", what: expect.stringContaining(words) });
});

test("without a claude on PATH an editor may still have one", async () => {
  const [claude] = await checkClaude(examinedStage().examined, signal);
  expect(claude).toMatchObject({ state: "warning", what: expect.stringContaining("No `claude`") });
});

test("the Node.js that the launcher names is asked, not only this one", async () => {
  const stage = examinedStage();
  expect(await checkNode(stage.examined, signal)).toMatchObject([{ state: "ok", what: process.version }]);
  stage.write("state/launch/node", `${program(stage, "old/node", "v18.0.0")}\n`);
  expect(await checkNode(stage.examined, signal)).toMatchObject([{ state: "broken" }]);
  stage.write("state/launch/node", `${program(stage, "bad/node", "Segmentation fault", 139)}\n`);
  expect(await checkNode(stage.examined, signal)).toMatchObject([
    { state: "warning", what: "The hooks' Node.js does not start" },
  ]);
  stage.write("state/launch/node", "/nonexistent/node\n");
  expect(await checkNode(stage.examined, signal)).toMatchObject([
    { state: "warning", what: expect.stringContaining("is gone") },
  ]);
});

test("git says its version", async () => {
  const [git] = await checkGit(examinedStage().examined, signal);
  expect(git).toMatchObject({ state: "ok", what: expect.stringMatching(/^\d+\.\d+/) });
});

test("on Windows a program behind a shim is asked for its version without a shell", async () => {
  const stage = examinedStage();
  stage.write("npm & co/claude.cmd", '@"%~dp0\\lib\\claude.js" %*\r\n');
  stage.write("npm & co/lib/claude.js", 'console.log("2.1.400")');
  mkdirSync(join(stage.root, "empty"));
  const environment = {
    ...stage.examined.environment,
    PATH: `${join(stage.root, "npm & co")};${stage.root}`,
  };
  const [claude] = await checkClaude({ ...stage.examined, environment, platform: "win32" }, signal);
  expect(claude).toMatchObject({ state: "ok", what: "2.1.400" });
});
