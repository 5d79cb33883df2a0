import { describe, expect, test } from "vitest";
import { type ReadCommand, type ReadingRecord, readingOf, readingRecord } from "#gate/verdict/reading.ts";

const ROOT = "/work/repo";
const FILES = {
  shown: [{ path: "src/a.ts" }, { path: "b.ts" }],
  partly: [{ path: "large.ts" }],
  notCovered: [{ path: "logo.png" }],
};

/** A command that reads these paths and went well. */
function reads(paths: readonly string[], changes: Partial<ReadCommand> = {}): ReadCommand {
  return {
    cwd: ROOT,
    exitCode: 0,
    actions: paths.map((path) => ({ type: "read", path })),
    complained: false,
    sandboxFailed: false,
    outsideSandbox: false,
    ...changes,
  };
}

function record(commands: readonly ReadCommand[], root = ROOT): ReadingRecord {
  return readingRecord(readingOf(commands, FILES, root));
}

describe("readingOf", () => {
  test("names what the prompt showed, whole or in part", () => {
    expect(readingOf([], FILES, ROOT)).toEqual({
      shown: ["src/a.ts", "b.ts", "large.ts"],
      opened: [],
      others: [],
    });
  });

  test("names each changed file that was opened once, shown or not, and others apart", () => {
    const commands = [reads(["/work/repo/src/a.ts", "/work/repo/other.ts"]), reads(["src/a.ts", "logo.png"])];
    expect(record(commands)).toEqual({ shown: 3, opened: ["src/a.ts", "logo.png"], others: ["other.ts"] });
  });

  test.each<[string, string, string]>([
    ["absolute", "/work/repo/src/a.ts", ROOT],
    ["absolute, whatever the folder", "/work/repo/src/a.ts", ""],
    ["relative to the command's folder", "a.ts", "/work/repo/src"],
    ["relative with detours", "../src/./a.ts", "/work/repo/src"],
    ["relative from outside", "repo/src/a.ts", "/work"],
  ])("knows a path that is %s", (_how, path, cwd) => {
    expect(record([reads([path], { cwd })]).opened).toEqual(["src/a.ts"]);
  });

  test.each<[string, string, string]>([
    ["lies outside", "/work/else/src/a.ts", ROOT],
    ["lies beside, with the root's name as its beginning", "/work/repository/b.ts", ROOT],
    ["climbs out", "../b.ts", ROOT],
    ["is the folder above", "..", ROOT],
    ["is the root itself", ".", ROOT],
    ["is relative to nowhere", "src/a.ts", ""],
    ["is relative to a relative folder", "a.ts", "src"],
  ])("leaves out what %s", (_what, path, cwd) => {
    expect(record([reads([path], { cwd })])).toEqual({ shown: 3, opened: [], others: [] });
  });

  test("keeps a file whose name begins with two dots", () => {
    expect(record([reads(["..odd"])]).others).toEqual(["..odd"]);
  });

  test.each<[string, Partial<ReadCommand>]>([
    ["failed", { exitCode: 1 }],
    ["never ended", { exitCode: undefined }],
    ["could not open something", { complained: true }],
    ["had no sandbox to run in", { sandboxFailed: true }],
    ["was not the reviewer's", { outsideSandbox: true }],
  ])("claims nothing of a command that %s", (_what, changes) => {
    expect(record([reads(["b.ts"], changes)]).opened).toEqual([]);
  });

  test("takes a search, a list and a read without a path for no reading", () => {
    const actions = [
      { type: "search", path: "b.ts" },
      { type: "listFiles", path: "src" },
      { type: "read", path: undefined },
    ] as const;
    expect(record([reads([], { actions })])).toEqual({ shown: 3, opened: [], others: [] });
  });

  test.each<[string, string, string]>([
    ["with a drive", "C:\\work\\repo", "C:\\work\\repo\\src\\a.ts"],
    ["with a drive and slashes", "C:/work/repo", "c:\\work\\repo\\src\\a.ts"],
    ["on a share", "\\\\host\\share\\repo", "\\\\host\\share\\repo\\src\\a.ts"],
  ])("knows Windows paths %s", (_what, root, path) => {
    expect(record([reads([path, "D:\\elsewhere\\b.ts"], { cwd: root })], root)).toEqual({
      shown: 3,
      opened: ["src/a.ts"],
      others: [],
    });
  });
});
