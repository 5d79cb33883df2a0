import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { findProgram, findPrograms, programNames } from "#base/find-program.ts";
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

test("all programs of that name are found, in the order of PATH, each once", () => {
  const root = scratchFolder();
  const [one, two] = ["one", "two"].map((name) => place(join(root, name), "tool", 0o755));
  const PATH = [join(root, "two"), join(root, "one"), join(root, "two")].join(":");
  expect(findPrograms(["tool"], { PATH })).toEqual([two, one]);
});

test("on Windows the variable has any spelling, its entries other delimiters and quotes, and no file a mode", () => {
  const root = scratchFolder();
  const shim = place(join(root, "with space & 'more'"), "codex.cmd", 0o644);
  const program = place(join(root, "programs"), "codex.exe", 0o644);
  place(join(root, "programs"), "codex", 0o755);
  const names = programNames("codex", "win32");
  const Path = `relative;"${join(root, "with space & 'more'")}";${join(root, "programs")}`;
  expect(findPrograms(names, { Path }, "win32")).toEqual([shim, program]);
  expect(findProgram(names, { path: join(root, "programs") }, "win32")).toBe(program);
  expect(findProgram(["codex"], { Path }, "linux")).toBeUndefined();
  expect(programNames("codex", "darwin")).toEqual(["codex"]);
});
