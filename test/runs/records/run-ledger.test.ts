import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Locations } from "#runs/locations.ts";
import { endRun } from "#runs/records/end-run.ts";
import { endOfLedger, ledgerFile, readLedger } from "#runs/records/ledger-lines.ts";
import { ledgerSight } from "#test/ledger-sight.ts";
import { begin, endDraft } from "#test/run-values.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { fc } from "#test/seeded-check.ts";
import { freshLocations } from "#test/state-root.ts";
import { buildWorker, startWorker } from "#test/worker.ts";

const NEVER = new AbortController().signal;
/** A length that the ledger comes to and no record has; and no line is as long as that. */
const [LIMIT, LINE] = [4_096, 310] as const;
const WHOLE = { unbroken: true, unreadableLines: 0, withoutLine: [], withoutFile: [], twice: [] };

async function oneRun(locations: Locations): Promise<void> {
  await endRun(locations, await begin(locations), endDraft(), NEVER);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

test("50 processes that begin and end runs at once leave them all, and one unbroken ledger", async () => {
  const locations = freshLocations();
  const script = await buildWorker("write-runs", scratchFolder());
  const workers = Array.from({ length: 50 }, () => startWorker(script, [locations.root, "1"]));
  const ends = await Promise.all(workers.map(({ ended }) => ended));
  expect(ends.filter(({ code }) => code !== 0)).toEqual([]);
  expect(ledgerSight(locations)).toEqual({ ...WHOLE, begun: 50, ended: 50, halfMade: 0 });
});

test("a writer that is killed before any of its writes leaves nothing that the next one does not bring to an end", async () => {
  const scripts = scratchFolder();
  const [script, killer] = [
    await buildWorker("write-runs", scripts),
    await buildWorker("kill-at-write", scripts),
  ];
  let survived = false;
  for (let at = 1; !survived; at += 1) {
    const locations = freshLocations();
    const env = { ...process.env, KILL_AT: String(at) };
    const victim = spawnSync(process.execPath, ["--require", killer, script, locations.root, "1"], { env });
    survived = victim.signal === null;
    expect(victim.signal ?? victim.status).toBe(survived ? 0 : "SIGKILL");
    const acknowledged = victim.stdout.toString().split("\n").filter(Boolean);
    const lost = ledgerSight(locations);
    expect(lost).toMatchObject({ unbroken: true, unreadableLines: 0, withoutFile: [] });
    expect(lost.withoutLine.filter((digest) => acknowledged.includes(digest))).toEqual([]);
    await oneRun(locations);
    const { begun, ended } = lost;
    expect(ledgerSight(locations), `killed at ${at}`).toMatchObject({
      ...WHOLE,
      begun: begun + 1,
      ended: ended + 1,
    });
    expect(readdirSync(locations.runs)).not.toContain("ledger.pending.json");
  }
});

test("writers that are killed at any moment lose no record that they acknowledged", async () => {
  const locations = freshLocations();
  const script = await buildWorker("write-runs", scratchFolder());
  for (let round = 0; round < 4; round += 1) {
    const victims = Array.from({ length: 4 }, () => startWorker(script, [locations.root, "1000000"]));
    await Promise.all(
      victims.map(async (victim, index) => {
        await victim.printed(1 + index);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
        victim.process.kill("SIGKILL");
        await victim.ended;
      }),
    );
    const { withoutLine } = ledgerSight(locations);
    const acknowledged = victims.flatMap(({ lines }) => lines);
    expect(withoutLine.filter((digest) => acknowledged.includes(digest))).toEqual([]);
  }
  await oneRun(locations);
  const { unreadableLines, ...rest } = ledgerSight(locations);
  const { unreadableLines: _none, ...whole } = WHOLE;
  expect(rest).toMatchObject(whole);
  expect(unreadableLines).toBeLessThanOrEqual(16);
});

test("a line that was torn at any byte is told, stays, and is gone on from", async () => {
  const locations = freshLocations();
  await oneRun(locations);
  const path = ledgerFile(locations);
  const whole = readFileSync(path);
  const second = whole.indexOf("\n") + 1;
  for (const cut of [
    0,
    1,
    second - 1,
    second,
    second + 1,
    second + 100,
    whole.length - 2,
    whole.length - 1,
  ]) {
    const own = freshLocations();
    mkdirSync(own.runs);
    writeFileSync(ledgerFile(own), whole.subarray(0, cut));
    const isTorn = ![0, second].includes(cut);
    expect(endOfLedger(own).torn).toBe(isTorn);
    await oneRun(own);
    const after = readFileSync(ledgerFile(own));
    expect(after.subarray(0, cut)).toEqual(whole.subarray(0, cut));
    const { unbroken, unreadableLines } = ledgerSight(own);
    // A line that lacks nothing but its end can be read once it has one.
    const isWhole = cut === second - 1 || cut === whole.length - 1;
    expect({ cut, unbroken, unreadableLines }).toEqual({
      cut,
      unbroken: true,
      unreadableLines: isTorn && !isWhole ? 1 : 0,
    });
  }
});

test("whatever stands in the ledger, each line is told at its place, and the next is linked to it", async () => {
  const base = freshLocations();
  await oneRun(base);
  const good = readFileSync(ledgerFile(base), "utf8").split("\n").slice(0, 2);
  const piece = fc.oneof(
    fc.constantFrom(
      ...good,
      "",
      "\n",
      "\r\n",
      "\u0000".repeat(300),
      "x".repeat(70_000),
      "é".repeat(40_000),
      '{"schema":"countersign/ledger-line/3","n":7}',
    ),
    fc.string({ unit: "binary" }),
    fc.json(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.boolean(), async (pieces, isEnded) => {
      const locations = freshLocations();
      mkdirSync(locations.runs);
      const text = pieces.join("\n") + (isEnded && pieces.length > 0 ? "\n" : "");
      writeFileSync(ledgerFile(locations), text);
      const expected = text.split("\n");
      if (expected.at(-1) === "") expected.pop();
      const before = [...readLedger(locations)];
      expect(before.map(({ number }) => number)).toEqual(expected.map((_, index) => index + 1));
      const run = await begin(locations);
      const after = [...readLedger(locations)];
      expect(after.slice(0, -1).map(({ digest }) => digest)).toEqual(before.map(({ digest }) => digest));
      expect(after.at(-1)).toMatchObject({
        kind: "line",
        line: { digest: run.digest, previous: before.at(-1)?.digest ?? null },
      });
    }),
    { numRuns: 60 },
  );
});

test("a line of which the disk took a part is told, and its file is entered once there is room", async () => {
  const locations = freshLocations();
  const script = await buildWorker("write-runs", scratchFolder());
  while (sizeOf(ledgerFile(locations)) < LIMIT - LINE) await oneRun(locations);
  const before = ledgerSight(locations);
  // No file may become longer: what a full disk does to the one that grows.
  const limited = `ulimit -f ${LIMIT / 512} && exec "$@"`;
  const args = ["-c", limited, "sh", process.execPath, script, locations.root, "1"];
  const victim = spawnSync("sh", args, { encoding: "utf8" });
  expect(victim.stderr).toContain("EFBIG");
  expect(statSync(ledgerFile(locations)).size).toBe(LIMIT);
  expect(ledgerSight(locations)).toMatchObject({
    begun: before.begun + 1,
    ended: before.ended,
    unreadableLines: 1,
  });
  await oneRun(locations);
  const after = { begun: before.begun + 2, ended: before.ended + 1, halfMade: 0 };
  expect(ledgerSight(locations)).toEqual({ ...WHOLE, unreadableLines: 1, ...after });
});

test("what the state root refuses is told as such", async () => {
  const locations = freshLocations();
  mkdirSync(ledgerFile(locations), { recursive: true });
  await expect(begin(locations)).rejects.toMatchObject({ failure: { kind: "state-unwritable" } });
  const other = freshLocations();
  writeFileSync(other.runs, "");
  await expect(begin(other)).rejects.toMatchObject({ failure: { kind: "state-unwritable" } });
});
