import { execFileSync } from "node:child_process";
import { closeSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFile, readIfPresent } from "#base/files.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

test("a file is read, also through a link", () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, "a"), "text");
  symlinkSync("a", join(folder, "link"));
  closeSync(openFile(join(folder, "a")));
  expect(readIfPresent(join(folder, "link"))).toBe("text");
  expect(readIfPresent(join(folder, "none"))).toBeUndefined();
});

// Windows has no named pipes among its files, nor devices that never end.
test.skipIf(process.platform === "win32")("what would never end is not begun", () => {
  const pipe = join(scratchFolder(), "pipe");
  execFileSync("mkfifo", [pipe]);
  expect(() => readIfPresent(pipe)).toThrow(/^ENOTSUP: not a file/);
  expect(() => readIfPresent("/dev/zero")).toThrow(/^ENOTSUP/);
  expect(() => readIfPresent(join(pipe, ".."))).toThrow();
});
