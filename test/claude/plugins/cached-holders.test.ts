import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import { holdersOf, isSameStart } from "#claude/plugins/cached-holders.ts";
import { processLookup } from "#claude/plugins/process-lookup.ts";
import { deadHolder, liveHolder, reusedHolder } from "#test/plugins/holders.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

/** A folder of the cache with such marks. */
function heldBy(marks: Readonly<Record<string, string>>): string {
  const folder = join(scratchFolder(), "cache/lab/alpha/1.0.0");
  mkdirSync(join(folder, ".in_use"), { recursive: true });
  for (const [name, text] of Object.entries(marks)) writeFileSync(join(folder, ".in_use", name), text);
  return folder;
}

function statesIn(marks: Readonly<Record<string, string>>): readonly string[] {
  return holdersOf(heldBy(marks)).map(({ pid, state }) => `${pid} ${state}`);
}

test("a process that lives since then holds the folder", () => {
  const own = liveHolder(process.pid);
  const folder = heldBy({ [process.pid]: JSON.stringify(own) });
  expect(holdersOf(folder)).toEqual([
    { path: join(folder, ".in_use", String(process.pid)), ...own, state: "alive" },
  ]);
});

test("one that has ended does not, nor does another one with its pid", () => {
  const dead = deadHolder();
  expect(statesIn({ [dead.pid]: JSON.stringify(dead) })).toEqual([`${dead.pid} dead`]);
  const reused = reusedHolder(process.pid);
  expect(statesIn({ [process.pid]: JSON.stringify(reused) })).toEqual([`${process.pid} recycled`]);
});

test("a mark that says no start cannot be believed while its pid is taken", () => {
  const { pid } = process;
  expect(statesIn({ [pid]: JSON.stringify({ pid }) })).toEqual([`${pid} unseen`]);
  expect(statesIn({ [pid]: JSON.stringify({ pid, procStartFt: "133" }) })).toEqual([`${pid} unseen`]);
});

test.each(["", "{", "[]", "null", '{"pid":"7"}', '{"pid":-1}', "x".repeat(5000)])(
  "the mark %j counts by its name",
  (text) => {
    expect(statesIn({ [process.pid]: text })).toEqual([`${process.pid} unseen`]);
    expect(statesIn({ "999999999": text })).toEqual(["999999999 dead"]);
  },
);

test("a mark is its content's, whatever it is called", () => {
  expect(statesIn({ odd: JSON.stringify(liveHolder(process.pid)) })).toEqual([`${process.pid} alive`]);
});

test("what is no mark holds nothing", () => {
  const folder = heldBy({
    README: "hello",
    "007": "",
    "-1": "",
    "12.tmp.0badf00d": JSON.stringify(liveHolder(process.pid)),
  });
  mkdirSync(join(folder, ".in_use", "nested"));
  symlinkSync("/dev/zero", join(folder, ".in_use", "zero"));
  expect(holdersOf(folder)).toEqual([]);
});

test("no marks are reached through a link, nor where a file is in their place, nor where nothing is", () => {
  const held = heldBy({ [process.pid]: JSON.stringify(liveHolder(process.pid)) });
  const root = scratchFolder();
  symlinkSync(join(held, ".in_use"), join(root, ".in_use"));
  expect(holdersOf(root)).toEqual([]);
  const other = scratchFolder();
  writeFileSync(join(other, ".in_use"), "");
  expect(holdersOf(other)).toEqual([]);
  expect(holdersOf(join(other, "nowhere"))).toEqual([]);
});

test("the marks of a version that is a link lie beside the cache", () => {
  const plugins = scratchFolder();
  const marks = join(plugins, ".in_use-links/lab/alpha/1.0.0");
  const folder = join(plugins, "cache/lab/alpha/1.0.0");
  mkdirSync(marks, { recursive: true });
  mkdirSync(join(plugins, "cache/lab/alpha"), { recursive: true });
  symlinkSync(scratchFolder(), folder);
  writeFileSync(join(marks, String(process.pid)), JSON.stringify(liveHolder(process.pid)));
  expect(holdersOf(folder)).toMatchObject([{ pid: process.pid, state: "alive" }]);
});

test("a pid of another machine is not looked up here", () => {
  const folder = heldBy({ [process.pid]: JSON.stringify(liveHolder(process.pid)) });
  expect(holdersOf(folder, processLookup(), new Set([process.pid]))).toMatchObject([{ state: "unseen" }]);
});

test("thousands of dead holders are listed, in the order of their names", () => {
  const marks = Array.from({ length: 2_000 }, (_, at) => {
    const pid = 900_000_000 + at;
    return [String(pid), JSON.stringify({ pid, procStart: "1" })] as const;
  });
  const holders = holdersOf(heldBy(Object.fromEntries(marks)));
  expect(holders.map(({ pid }) => pid)).toEqual(marks.map(([name]) => Number(name)));
  expect(new Set(holders.map(({ state }) => state))).toEqual(new Set(["dead"]));
});

test("on macOS a mark says the start as ps does, blanks and all", () => {
  const startOf = processLookup("darwin");
  const startTime = identifyProcess(process.pid, "darwin")?.startTime ?? "";
  const procStart = startTime.replace(" ", "  ");
  const folder = heldBy({ [process.pid]: JSON.stringify({ pid: process.pid, procStart }) });
  expect(holdersOf(folder, startOf)).toMatchObject([{ state: "alive", procStart }]);
  expect(isSameStart("Sat Nov  1 10:00:00 2026\n", "Sat Nov 1 10:00:00 2026")).toBe(true);
});

test("on Windows a pid that is taken says nothing", () => {
  const { pid } = process;
  const folder = heldBy({ [pid]: JSON.stringify({ pid, procStartFt: "133" }), "999999999": "" });
  expect(holdersOf(folder, processLookup("win32")).map(({ state }) => state)).toEqual(["unseen", "dead"]);
});
