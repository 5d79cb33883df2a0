import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listIfPresent } from "#base/files.ts";
import { nativeCodex } from "#test/codex-home.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { processesOf } from "#test/processes-of.ts";
import { COUNTERSIGN, runCountersign } from "#test/run-countersign.ts";
import { openScreen } from "#test/tmux-screen.ts";

/** Folders outside the scratch one that sockets can lie in: Codex's own and ours. */
const SOCKETS = ["codex-daemon", "countersign"].map((name) => `/tmp/${name}-${process.getuid?.() ?? 0}`);

let root: string;
let temporary: string;
let env: Readonly<Record<string, string>>;
let socketsBefore: readonly string[];
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-demo-test-")));
  temporary = join(root, "tmp");
  for (const folder of [temporary, join(root, "home")]) mkdirSync(folder);
  env = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: join(root, "home"),
    TMPDIR: temporary,
    COUNTERSIGN_CODEX: nativeCodex(),
    LANG: "C.UTF-8",
  };
  socketsBefore = sockets();
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function sockets(): readonly string[] {
  return SOCKETS.flatMap((folder) => listIfPresent(folder).map((name) => join(folder, name)));
}

function expectWholeStory(shown: string): void {
  expect(shown).toContain("BLOCK, after");
  expect(shown).toContain("[high] src/transfer.js:2 (removed) The check for a positive amount is gone");
  expect(shown).toContain("Countersign: signed by ");
  expect(shown).toContain("2 receipts checked: 2 proven.");
}

/** Sockets of other programs come and go there too: those that came with the demo have to go. */
async function expectNothingLeft(): Promise<void> {
  expect(processesOf(root)).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
  expect(readdirSync(join(root, "home"))).toEqual([]);
  const came = sockets().filter((path) => !socketsBefore.includes(path));
  await eventuallyAsync(
    async () => !came.some((path) => sockets().includes(path)),
    () => `nothing stays of ${came}`,
  );
}

test("the demo shows the block and the signature through a pipe, and leaves nothing behind", async () => {
  const run = await runCountersign(["demo"], env, root);
  expect([run.exitCode, run.stderr]).toEqual([0, ""]);
  expectWholeStory(run.stdout);
  expect(run.stdout).not.toContain("\u001b[");
  await expectNothingLeft();
});

test("the demo shows the same on a terminal", async () => {
  const screen = await openScreen({
    command: [process.execPath, COUNTERSIGN, "demo"],
    cwd: root,
    env,
    folder: root,
  });
  expect(await screen.ended()).toBe(0);
  const shown = await screen.text();
  await screen.close();
  expectWholeStory(shown);
  await expectNothingLeft();
});
