import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { findProgram } from "#base/find-program.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

function place(folder: string, name: string, mode: number): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), "");
  chmodSync(join(folder, name), mode);
  return join(folder, name);
}

test("the first program of that name on PATH is found, whatever else has it", () => {
  const root = scratchFolder();
  mkdirSync(join(root, "a", "tool"), { recursive: true });
  place(join(root, "b"), "tool", 0o644);
  const found = place(join(root, "c"), "tool", 0o755);
  place(join(root, "d"), "tool", 0o755);
  const PATH = ["/nowhere", "", "a", "b", "c", "d"]
    .map((name) => (name === "" ? "" : join(root, name)))
    .join(":");
  expect(findProgram(["tool"], { PATH })).toBe(found);
  expect(findProgram(["other", "tool"], { PATH })).toBe(found);
  expect(findProgram(["other"], { PATH })).toBeUndefined();
  expect(findProgram(["tool"], {})).toBeUndefined();
});

test("a relative entry of PATH is passed over", () => {
  const root = scratchFolder();
  place(root, "tool", 0o755);
  expect(findProgram(["tool"], { PATH: relative(process.cwd(), root) })).toBeUndefined();
});
