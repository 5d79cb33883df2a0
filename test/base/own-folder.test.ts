import { chmodSync, lchownSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { closeToOthers } from "#base/own-folder.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

// Windows has no modes and no numbered owners.
describe.skipIf(process.platform === "win32")("a folder that must be the user's alone", () => {
  test("is let be where it is, or is not there yet", () => {
    const folder = join(scratchFolder(), "state");
    expect(closeToOthers(folder)).toBeUndefined();
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, "a"), "");
    expect(closeToOthers(folder)).toBeUndefined();
  });

  test("is closed where it is open to others", () => {
    const folder = scratchFolder();
    chmodSync(folder, 0o777);
    expect(closeToOthers(folder)).toBeUndefined();
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
  });

  test("may be a link of the user's; what is no folder is left to whoever uses it", () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, "real"));
    symlinkSync("real", join(folder, "link"));
    expect(closeToOthers(join(folder, "link"))).toBeUndefined();
    writeFileSync(join(folder, "file"), "");
    symlinkSync("nowhere", join(folder, "dangling"));
    expect(closeToOthers(join(folder, "file"))).toBeUndefined();
    expect(closeToOthers(join(folder, "dangling"))).toBeUndefined();
  });

  test.runIf(isRoot)("is refused where it belongs to somebody else, and left as it is", () => {
    const folder = scratchFolder();
    chmodSync(folder, 0o777);
    lchownSync(folder, NOBODY, NOBODY);
    expect(closeToOthers(folder)).toBe(`${folder} belongs to another user`);
    expect(lstatSync(folder).mode & 0o777).toBe(0o777);
  });

  test.runIf(isRoot)(
    "is refused where somebody else put something into it, or a link leads to theirs",
    () => {
      const planted = scratchFolder();
      symlinkSync("/etc", join(planted, "sessions"));
      lchownSync(join(planted, "sessions"), NOBODY, NOBODY);
      expect(closeToOthers(planted)).toBe(`${join(planted, "sessions")} belongs to another user`);
      const theirs = scratchFolder();
      lchownSync(theirs, NOBODY, NOBODY);
      const own = scratchFolder();
      symlinkSync(theirs, join(own, "receipts"));
      expect(closeToOthers(own)).toBe(`${join(own, "receipts")} belongs to another user`);
    },
  );
});
