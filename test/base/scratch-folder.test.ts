import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import { makeScratchFolder, removeAbandonedScratch } from "#base/scratch-folder.ts";
import { opened } from "#test/clone/opened.ts";
import { makeRepository } from "#test/scratch-repository.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-abandoned-"));
  vi.stubEnv("TMPDIR", folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function lay(name: string, owner: unknown): string {
  const path = join(folder, name);
  mkdirSync(path);
  if (owner !== undefined) writeFileSync(join(path, "owner.json"), JSON.stringify(owner));
  return path;
}

test("what a killed process left goes, and nothing else", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"]);
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  const abandoned = lay("countersign-clone-abandoned", identity);
  const held = lay("countersign-clone-held", identifyProcess(process.pid));
  const unnamed = lay("countersign-clone-unnamed", undefined);
  const odd = lay("countersign-clone-odd", { pid: "1" });
  const another = lay("another-clone", identity);
  removeAbandonedScratch();
  expect(existsSync(abandoned)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  symlinkSync(another, join(folder, "countersign-clone-link"));
  removeAbandonedScratch();
  expect(existsSync(abandoned)).toBe(false);
  for (const path of [held, unnamed, odd, join(another, "owner.json")]) expect(existsSync(path)).toBe(true);
});

test("it goes when another process needs such a folder, whatever it was for", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"]);
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  child.kill("SIGKILL");
  await once(child, "exit");
  const left = ["probe", "doctor", "proof", "demo", "diff"].map((purpose) =>
    lay(`countersign-${purpose}-left`, identity),
  );
  const strange = lay("countersign-codex-left", identity);
  const made = makeScratchFolder("probe");
  expect(left.filter((path) => existsSync(path))).toEqual([]);
  expect([strange, made].filter((path) => existsSync(path))).toEqual([strange, made]);
  expect(statSync(made).mode & 0o777).toBe(0o700);
});

test("a clone that is open is this process's own", async () => {
  const scratch = makeRepository();
  scratch.commit("first");
  const clone = await opened(scratch.root);
  removeAbandonedScratch();
  expect(readdirSync(folder).filter((name) => name.startsWith("countersign-clone-"))).toHaveLength(1);
  clone.close();
  expect(readdirSync(folder).filter((name) => name.startsWith("countersign-clone-"))).toHaveLength(0);
  scratch.remove();
});
