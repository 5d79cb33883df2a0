import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  listIfPresent,
  readIfPresent,
  removeIfPresent,
  replaceFile,
  setAside,
  writeOnce,
} from "#base/files.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { buildWorker, startWorker } from "#test/worker.ts";

test("of many processes that write one name exactly one wins, whole", async () => {
  const folder = scratchFolder();
  const names = join(folder, "names");
  const script = await buildWorker("write-names-once", folder);
  const workers = ["a", "b", "c", "d", "e"].map((mark) => ({
    mark,
    worker: startWorker(script, [names, "60", mark]),
  }));
  await Promise.all(workers.map(({ worker }) => worker.ended));
  const won = workers.flatMap(({ mark, worker }) =>
    worker.lines.map((line) => ({ name: `${line}.json`, mark })),
  );
  expect(won.map(({ name }) => name).sort()).toEqual(
    Array.from({ length: 60 }, (_, n) => `${n}.json`).sort(),
  );
  for (const { name, mark } of won) expect(readFileSync(join(names, name), "utf8")).toBe(mark.repeat(4096));
  expect(readdirSync(names)).toHaveLength(60);
});

test("a file is whole whenever its writer is killed", async () => {
  const folder = scratchFolder();
  const path = join(folder, "state.json");
  const script = await buildWorker("replace-without-end", folder);
  for (let round = 0; round < 8; round += 1) {
    const worker = startWorker(script, [path]);
    await worker.printed(3 + round);
    worker.process.kill("SIGKILL");
    await worker.ended;
    const text = readFileSync(path, "utf8");
    expect(text).toBe((text[0] ?? "").repeat(200_000));
  }
});

test("what the system lets be written in part only is not written, and what was there stays", async () => {
  const folder = scratchFolder();
  const path = join(folder, "kept", "state.json");
  replaceFile(path, "before");
  const script = await buildWorker("write-too-much", folder);
  // In blocks of 512 or 1,024 bytes: the first write comes back short, as on a disk that fills up.
  const limited = `ulimit -f 100; trap '' XFSZ; exec "$0" "$@"`;
  const printed = execFileSync("sh", ["-c", limited, process.execPath, script, path], { encoding: "utf8" });
  expect(printed).toBe("EFBIG\n");
  expect(readFileSync(path, "utf8")).toBe("before");
  expect(readdirSync(join(folder, "kept"))).toEqual(["state.json"]);
});

test("files and folders are for this user only", () => {
  const path = join(scratchFolder(), "deep", "er", "file");
  replaceFile(path, "x");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
});

test("a taken name is left as it is, and no temporary file stays", () => {
  const folder = scratchFolder();
  expect(writeOnce(join(folder, "a"), "first")).toBe(true);
  expect(writeOnce(join(folder, "a"), "second")).toBe(false);
  expect(readIfPresent(join(folder, "a"))).toBe("first");
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("a failed replacement leaves the old file and no temporary one", () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "taken"));
  expect(() => replaceFile(join(folder, "taken"), "x")).toThrow();
  expect(readdirSync(folder)).toEqual(["taken"]);
});

test("what is not there is no error, what cannot be read is", () => {
  const folder = scratchFolder();
  expect(readIfPresent(join(folder, "none"))).toBeUndefined();
  expect(listIfPresent(join(folder, "none"))).toEqual([]);
  expect(removeIfPresent(join(folder, "none"))).toBe(false);
  expect(() => readIfPresent(folder)).toThrow(`EISDIR: illegal operation on a directory, read '${folder}'`);
});

test("a file that is set aside keeps its content under a name with the time", () => {
  const path = join(scratchFolder(), "state.json");
  writeFileSync(path, "{torn");
  const aside = setAside(path, new Date("2026-01-02T03:04:05.678Z"));
  expect(aside).toBe(`${path}.corrupt-2026-01-02T03-04-05-678Z`);
  expect(readFileSync(aside, "utf8")).toBe("{torn");
  expect(readIfPresent(path)).toBeUndefined();
});
