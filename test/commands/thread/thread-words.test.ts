import { execFileSync } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { beginRun, newRun } from "#runs/records/begin-run.ts";
import { endRun } from "#runs/records/end-run.ts";
import { runNames } from "#runs/records/run-files.ts";
import { callCommand } from "#test/call-command.ts";
import { ASKED, endDraft, runDraft } from "#test/run-values.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { makeRepository } from "#test/scratch-repository.ts";
import { freshLocations } from "#test/state-root.ts";

/** Calls it where no Codex can be found, so that nothing is started by mistake. */
async function called(words: readonly string[], folder?: string, typed: Uint8Array = Buffer.of()) {
  const locations = freshLocations();
  const environment = { PATH: "/nowhere" };
  const cwd = folder ?? locations.root;
  const run = await callCommand(locations, ["thread", ...words], {
    cwd,
    environment,
    readStdin: async () => typed,
  });
  return { ...run, runs: [...runNames(locations)] };
}

describe("words that cannot be used are refused before anything is started", () => {
  test.each([
    [["start"], "give a prompt, - to read it from standard input, or --file FILE"],
    [["start", " \n"], "the prompt is empty"],
    [["start", "-"], "the prompt is empty"],
    [["start", "x", "--file", "f"], "not both"],
    [["start", "--file", "none.md"], "none.md is not there"],
    [["start", "x", "--timeout", "1.5"], "--timeout takes a whole number of seconds"],
    [["start", "x", "--timeout", "86401"], "--timeout takes a whole number of seconds"],
    [["start", "x", "--cwd", "none"], "none is no folder"],
    [["start", "x", "--effort", "very high"], "--effort takes one word"],
    [["start", "x", "--model", "a b"], "--model takes one word"],
    [["start", "x", "--name", " "], "the name is empty"],
    [["resume", "01a11111-1111-7111-8111-111111111111"], "give a prompt"],
    [["resume", "--last", "x"], "no thread is on record"],
    [["resume", "--last", "fix", "it"], '"it" is one word too many beside --last'],
    [["name", "--last", "The", "tests"], "put what has blanks into quotes"],
    [["show", "01a11111-1111-7111-8111-111111111111", "--last"], "one word too many beside --last"],
    [["interrupt", "x", "--last"], "one word too many beside --last"],
    [["resume", "../../x", "y"], '"../../x" is no thread\'s id'],
    [["resume", "a/b", "y"], "is no thread's id"],
    [["resume", "nope", "y"], '"nope" is no run here and no thread\'s id'],
    [["show", "01a11111-1111-7111-8111-111111111111"], "no thread 01a11111"],
    [["name", "01a11111-1111-7111-8111-111111111111"], "give a name"],
    [["list", "--limit", "0"], "--limit takes a number"],
    [["review"], "is in no git repository"],
    [["review", "--custom", " "], "--custom is empty"],
    [["review", "--base", "a", "--commit", "b"], "exclude each other"],
    [["review", "focus"], "one word too many"],
  ])("%j", async (words, text) => {
    const run = await called(words);
    expect([run.code, run.stdout, run.runs]).toEqual([2, "", []]);
    expect(run.stderr).toContain(text);
  });

  test("a pipe is not waited for, a device not read, and what is too large not loaded", async () => {
    const folder = scratchFolder();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    writeFileSync(join(folder, "large"), "");
    truncateSync(join(folder, "large"), 3_000_000_000);
    for (const [file, why] of [
      ["pipe", "pipe is no file but a pipe"],
      ["/dev/zero", "/dev/zero is no file but a pipe, a socket or a device"],
      [".", ". is a folder"],
      ["large", "large has 3000000000 bytes, more than 4194304; let it read a file instead"],
    ]) {
      const run = await called(["start", "--file", file ?? ""], folder);
      expect([run.code, run.runs, run.stderr]).toEqual([2, [], expect.stringContaining(why ?? "")]);
    }
  });

  test("more than Codex takes", async () => {
    const run = await called(["start", "x".repeat(1_048_577)]);
    expect(run.stderr).toContain("the prompt has 1048577 characters");
  });

  test("a bare repository has nothing to review", async () => {
    const folder = scratchFolder();
    execFileSync("git", ["init", "--quiet", "--bare", folder]);
    const run = await called(["review"], folder);
    expect([run.code, run.runs, run.stderr]).toEqual([2, [], expect.stringContaining("bare repository")]);
  });

  test("nothing is uncommitted", async () => {
    const repository = makeRepository();
    onTestFinished(repository.remove);
    repository.write("a.txt", "1\n");
    repository.commit("Begin");
    const run = await called(["review"], repository.root);
    expect([run.code, run.stdout, run.runs]).toEqual([2, "", []]);
    expect(run.stderr).toContain("nothing is uncommitted");
  });

  test.each([
    ["is not UTF-8", Buffer.of(0x61, 0xe9)],
    ["a NUL byte", Buffer.of(0x61, 0x00)],
    ["the prompt is empty", Buffer.of(0x0a)],
  ])("standard input or a file that is or holds %s", async (why, bytes) => {
    const folder = scratchFolder();
    writeFileSync(join(folder, "prompt"), bytes);
    for (const words of [["-"], ["--file", "prompt"]]) {
      const run = await called(["start", ...words], folder, bytes);
      expect([run.code, run.runs, run.stderr]).toEqual([2, [], expect.stringContaining(why)]);
    }
  });

  test("a file that is no text, and a revision that names nothing", async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, "bytes"), Buffer.from([0xff, 0xfe, 0x00]));
    expect((await called(["start", "--file", "bytes"], folder)).stderr).toContain("is not UTF-8");
    const repository = makeRepository();
    onTestFinished(repository.remove);
    repository.write("a", "a\n");
    repository.commit("A");
    for (const words of [["--base", "nope"], ["--commit=--all"]]) {
      const run = await called(["review", ...words], repository.root);
      expect([run.code, run.stderr]).toEqual([2, expect.stringContaining("names no commit here")]);
    }
  });
});

test("without Codex nothing begins, and --json says why", async () => {
  const run = await called(["start", "x", "--json"]);
  expect(run.code).toBe(2);
  expect(JSON.parse(run.stdout)).toMatchObject({
    schema: "countersign/thread-run/1",
    run: null,
    exitCode: 2,
    outcome: { kind: "failed", failure: { kind: "codex_not_installed" } },
  });
  expect(run.runs).toEqual([]);
});

test("one that is interrupted before it begins says so, also as JSON", async () => {
  const locations = freshLocations();
  const signal = AbortSignal.abort(new Error("ended by SIGINT"));
  const run = await callCommand(locations, ["thread", "start", "x", "--json"], {
    cwd: locations.root,
    signal,
  });
  expect([run.code, run.stderr]).toEqual([2, "countersign: ended by SIGINT before it was done\n"]);
  expect(JSON.parse(run.stdout)).toMatchObject({
    outcome: { kind: "failed", failure: { kind: "cancelled", detail: "ended by SIGINT" } },
  });
});

test("a run that opened no thread is no thread, and is named as what it is", async () => {
  const locations = freshLocations();
  const never = new AbortController().signal;
  const draft = runDraft({ kind: "turn" });
  const name = await newRun(locations, new Date());
  const begun = await beginRun(locations, name, { draft, asked: ASKED }, never);
  await endRun(locations, begun, endDraft({ threadId: null }), never);
  const { code, stderr } = await callCommand(locations, ["thread", "show", name.id]);
  expect(code).toBe(2);
  expect(stderr).toContain(`run ${name.id.slice(-8)} has no thread: it opened none`);
});

test("--last is the latest run on a thread that could be opened, in this place, and none of exec's", async () => {
  const here = freshLocations();
  const repository = makeRepository();
  onTestFinished(repository.remove);
  const cwd = repository.root;
  const workTree = (root: string) => ({ root, head: null, tree: null });
  const never = new AbortController().signal;
  const runs = [
    { kind: "turn", threadId: "11111111-1111-7111-8111-111111111111", cwd },
    { kind: "review", threadId: "22222222-2222-7222-8222-222222222222", cwd },
    { kind: "turn", threadId: "33333333-3333-7333-8333-333333333333", cwd: "/elsewhere" },
    { kind: "exec", threadId: "44444444-4444-7444-8444-444444444444", cwd },
    { kind: "turn", threadId: null, cwd },
  ] as const;
  for (const [index, { kind, threadId, cwd: place }] of runs.entries()) {
    const now = new Date(Date.parse("2026-01-02T10:00:00Z") + index * 1_000);
    const draft = runDraft({ kind, cwd: place, workTree: workTree(place), at: now.toISOString() });
    const run = await beginRun(here, await newRun(here, now), { draft, asked: ASKED }, never);
    await endRun(here, run, endDraft({ threadId, at: now.toISOString() }), never);
  }
  const run = await callCommand(here, ["thread", "show", "--last"], { cwd });
  expect(run.stderr).toContain("no thread 22222222-2222-7222-8222-222222222222");
  const byRun = await callCommand(here, ["thread", "show", [...runNames(here)].at(-1)?.id ?? ""], { cwd });
  expect(byRun.stderr).toContain("no thread 11111111-1111-7111-8111-111111111111");
});
