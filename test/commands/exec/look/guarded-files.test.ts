import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { compareGuarded, takeGuarded } from "#commands/exec/look/guarded-files.ts";
import type { GuardedSeen } from "#gate/contract/run-seen.ts";
import { contractOf } from "#test/contract-values.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const signal = new AbortController().signal;
const ALL = contractOf({ outputs: [{ path: "out" }], prohibitions: { othersUnchanged: true } });
let workspace = "";
beforeEach(() => {
  workspace = scratchFolder();
  mkdirSync(join(workspace, "src"));
  mkdirSync(join(workspace, ".git"));
  for (const name of ["src/a", "src/b", "c", ".env", ".git/config"]) put(name, name);
});

function put(path: string, text: string): void {
  writeFileSync(join(workspace, path), text);
}

async function changed(change: () => void, contract = ALL): Promise<GuardedSeen> {
  const before = await takeGuarded(workspace, contract, signal);
  change();
  return compareGuarded(before, await takeGuarded(workspace, contract, signal));
}

test("what is changed, new or gone is told, ignored files too", async () => {
  const seen = await changed(() => {
    put("src/a", "other");
    put(".env", "SECRET=2");
    put("src/new", "");
    rmSync(join(workspace, "c"));
    put("out", "x");
  });
  expect(seen).toEqual({ kind: "compared", changed: [".env", "c", "out", "src/a", "src/new"] });
});

test("what is written anew with the same bytes did not change", async () => {
  const seen = await changed(() => {
    put("src/a", "src/a");
    utimesSync(join(workspace, "src/b"), 1, 1);
    renameSync(join(workspace, "c"), join(workspace, "d"));
    renameSync(join(workspace, "d"), join(workspace, "c"));
  });
  expect(seen).toEqual({ kind: "compared", changed: [] });
});

test("rights to execute, links and special files are changes too", async () => {
  symlinkSync("a", join(workspace, "src/link"));
  const seen = await changed(() => {
    chmodSync(join(workspace, "src/a"), 0o755);
    rmSync(join(workspace, "src/link"));
    symlinkSync("b", join(workspace, "src/link"));
    rmSync(join(workspace, "c"));
    execFileSync("mkfifo", [join(workspace, "c")]);
  });
  expect(seen).toEqual({ kind: "compared", changed: ["c", "src/a", "src/link"] });
});

test("git's own files are guarded only where they are named", async () => {
  expect(await changed(() => put(".git/config", "x"))).toEqual({ kind: "compared", changed: [] });
  const named = contractOf({ prohibitions: { paths: [".git/**"] } });
  expect(await changed(() => put(".git/config", "y"), named)).toEqual({
    kind: "compared",
    changed: [".git/config"],
  });
});

test("only named files are looked at where only they have to stay", async () => {
  const contract = contractOf({ prohibitions: { paths: ["src/*"] } });
  const seen = await changed(() => {
    put("c", "other");
    put("src/b", "other");
  }, contract);
  expect(seen).toEqual({ kind: "compared", changed: ["src/b"] });
  expect(await takeGuarded(workspace, contractOf({}), signal)).toEqual({ kind: "taken", files: new Map() });
});

test("a workspace that cannot be read is not called unchanged", async () => {
  const gone = await takeGuarded(join(workspace, "gone"), ALL, signal);
  expect(gone).toMatchObject({ kind: "not-taken", why: expect.stringMatching(/ENOENT/) });
  const there = await takeGuarded(workspace, ALL, signal);
  expect(compareGuarded(gone, there)).toMatchObject({ kind: "not-compared" });
  expect(compareGuarded(there, gone)).toMatchObject({ kind: "not-compared" });
});
