import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { replaceFile, writeOnce } from "#base/files.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

test("a link in the place of a file is replaced and never written through", () => {
  const folder = scratchFolder();
  const elsewhere = join(folder, "elsewhere");
  writeFileSync(elsewhere, "untouched");
  const path = join(folder, "state", "a.json");
  mkdirSync(join(folder, "state"));
  symlinkSync(elsewhere, path);
  expect(writeOnce(path, "new")).toBe(false);
  replaceFile(path, "new");
  expect(lstatSync(path).isSymbolicLink()).toBe(false);
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(readFileSync(elsewhere, "utf8")).toBe("untouched");
});
