import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "#base/digest.ts";
import { endRun } from "#runs/records/end-run.ts";
import { appendRunEvent, eventsFile } from "#runs/records/run-events.ts";
import { begunFile, endedFile, type RunName, readRun } from "#runs/records/run-files.ts";
import { RunBegun, RunEnded } from "#runs/records/run-record.ts";
import { callCommand } from "#test/call-command.ts";
import { anyJson, anyText, damaged, fuzz, mutated, unmeasurable } from "#test/fuzz.ts";
import { ledgerSight } from "#test/ledger-sight.ts";
import { begin, endDraft, goneProcess } from "#test/run-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;

/** Puts into the file its own text with bytes flipped, with values exchanged, and things that it never was. */
async function tryAll(path: string, look: () => Promise<void> | void, share = 1): Promise<void> {
  const text = readFileSync(path, "utf8");
  const put = async (content: string | Buffer): Promise<void> => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    await look();
  };
  await fuzz(damaged(text), put, share);
  const sample: unknown = JSON.parse(text.split("\n").length > 2 && text.startsWith("{\n") ? text : "{}");
  for (const value of unmeasurable(sample)) await put(JSON.stringify(value));
  await fuzz(mutated(sample), async (value) => await put(JSON.stringify(value)), share);
  await fuzz(anyJson(), async (value) => await put(JSON.stringify(value)), share / 2);
  await fuzz(anyText(), put, share / 2);
  writeFileSync(path, text);
}

/** A record that is read is one, and its digest is that of its bytes, whichever those are. */
function expectRecordOrWord(name: RunName): void {
  const read = readRun(name);
  if (read.kind === "half-made") throw new Error("a run that has begun is somebody's");
  if (read.kind === "unreadable") expect(typeof read.detail).toBe("string");
  else {
    const { begun, ended, digests } = read.run;
    expect(RunBegun.safeParse(begun).success).toBe(true);
    expect(ended === undefined || RunEnded.safeParse(ended).success).toBe(true);
    expect(digests.begun).toBe(sha256(readFileSync(begunFile(name))));
    if (ended !== undefined) expect(digests.ended).toBe(sha256(readFileSync(endedFile(name))));
  }
}

test("a run's files are its record, or cannot be read, and no two contents have one digest", async () => {
  const locations = freshLocations();
  const run = await begin(locations, { title: "\ufffd" });
  await endRun(locations, run, endDraft(), NEVER);
  for (const path of [begunFile(run), endedFile(run)]) await tryAll(path, () => expectRecordOrWord(run));
  // What no UTF-8 is reads as the same text.
  const bytes = readFileSync(begunFile(run));
  const at = bytes.indexOf(Buffer.from("\ufffd"));
  writeFileSync(
    begunFile(run),
    Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)]),
  );
  const read = readRun(run);
  expect(read.kind === "run" && read.run.begun.title).toBe("\ufffd");
  expect(read.kind === "run" && read.run.digests.begun).not.toBe(run.digest);
});

test("whatever a run's events hold, its row is shown", async () => {
  const locations = freshLocations();
  const run = await begin(locations, { kind: "turn", process: goneProcess(), codexHome: locations.root });
  for (let n = 0; n < 3; n += 1)
    appendRunEvent(run.folder, { at: run.day, kind: "thread", threadId: `t${n}` });
  const look = async (): Promise<void> => {
    expect(await callCommand(locations, ["audit", "runs", "--unfinished"])).toMatchObject({
      code: 0,
      stderr: "",
    });
  };
  await tryAll(eventsFile(run.folder), look, 0.1);
});

test("whatever word a dead writer left, the next run is on record", async () => {
  const locations = freshLocations();
  const path = join(locations.runs, "ledger.pending.json");
  const first = await begin(locations);
  const line = { schema: "countersign/ledger-line/2", n: 2, at: first.day, record: first.id, part: "begun" };
  const pending = { schema: "countersign/ledger-pending/1", path: begunFile(first) };
  writeFileSync(
    path,
    `${JSON.stringify({ ...pending, line: { ...line, digest: first.digest, previous: null } }, null, 2)}\n`,
  );
  await tryAll(path, async () => void (await begin(locations)), 0.1);
  rmSync(path);
  const { unbroken, unreadableLines, withoutLine } = ledgerSight(locations);
  expect({ unbroken, unreadableLines, withoutLine }).toEqual({
    unbroken: true,
    unreadableLines: 0,
    withoutLine: [],
  });
});
