import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sha256 } from "#base/digest.ts";
import { nativeCodex } from "#test/codex-home.ts";
import { processesOf } from "#test/processes-of.ts";
import { COUNTERSIGN, runCountersign } from "#test/run-countersign.ts";
import { openScreen } from "#test/tmux-screen.ts";

let root: string;
let temporary: string;
let env: Readonly<Record<string, string>>;
/** Each start of `codex` leaves its words here. */
let starts: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-demo-test-")));
  temporary = join(root, "tmp");
  for (const folder of [temporary, join(root, "home")]) mkdirSync(folder);
  starts = join(root, "starts");
  const codex = join(root, "codex");
  writeFileSync(codex, `#!/bin/sh\necho "$*" >> '${starts}'\nexec '${nativeCodex()}' "$@"\n`, {
    mode: 0o755,
  });
  env = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: join(root, "home"),
    TMPDIR: temporary,
    COUNTERSIGN_CODEX: codex,
    LANG: "C.UTF-8",
  };
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Where the demo's server listened: where it was told to, and what Codex makes of that outside of the folder. */
function sockets(): readonly string[] {
  const told = [...readFileSync(starts, "utf8").matchAll(/--listen unix:\/\/(\S+)/g)].map(
    ([, path = ""]) => path,
  );
  return told.flatMap((path) => {
    const real = `/tmp/codex-daemon-${process.getuid?.() ?? 0}/${sha256(path)}`;
    return [path, `${path}.closing`, real, `${real}.lock`];
  });
}

function expectWholeStory(shown: string): void {
  expect(shown).toContain("BLOCK, after");
  expect(shown).toContain("[high] src/transfer.js:2 (removed) The check for a positive amount is gone");
  expect(shown).toContain("Countersign: signed by ");
  expect(shown).toContain("2 receipts checked: 2 proven.");
}

function expectNothingLeft(): void {
  expect(processesOf(root)).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
  expect(readdirSync(join(root, "home"))).toEqual([]);
  expect(sockets()).not.toEqual([]);
  expect(sockets().filter((path) => existsSync(path))).toEqual([]);
}

test("the demo shows the block and the signature through a pipe, and leaves nothing behind", async () => {
  const run = await runCountersign(["demo"], env, root);
  expect([run.exitCode, run.stderr]).toEqual([0, ""]);
  expectWholeStory(run.stdout);
  expect(run.stdout).not.toContain("\u001b[");
  expectNothingLeft();
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
  expectNothingLeft();
});
