import { mkdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test, vi } from "vitest";
import { pathOutside, pathOutsideHere } from "#base/path-outside.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

test("what is relative or lies in the folder is left out, links followed, and what lies beside it stays", () => {
  const root = scratchFolder();
  const [work, beside, link] = [join(root, "work"), join(root, "work-bin"), join(root, "link")];
  const own = join(work, "node_modules/.bin");
  mkdirSync(own, { recursive: true });
  mkdirSync(beside);
  symlinkSync(own, link);
  const path = [own, "", "bin", "./x", link, work, join(work, "later"), beside, "/usr/bin"].join(delimiter);
  expect(pathOutside(path, work)).toBe([beside, "/usr/bin"].join(delimiter));
  expect(pathOutside(path, link)).toBe([work, join(work, "later"), beside, "/usr/bin"].join(delimiter));
  expect(pathOutside(path, undefined).split(delimiter)).toContain(own);
  expect(pathOutside("/usr/bin", "/")).toBe("");
});

test("in a folder that was deleted there is no repository to look for", () => {
  const gone = Object.assign(new Error("ENOENT: no such file or directory, uv_cwd"), { code: "ENOENT" });
  vi.spyOn(process, "cwd").mockImplementation(() => {
    throw gone;
  });
  expect(pathOutsideHere(["relative", "/usr/bin"].join(delimiter))).toBe("/usr/bin");
  vi.restoreAllMocks();
});
