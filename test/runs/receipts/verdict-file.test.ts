import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { digestOf } from "#base/digest.ts";
import { parseShape } from "#base/json.ts";
import { VerdictKey } from "#gate/verdict/verdict-key.ts";
import { StateFault } from "#runs/fault.ts";
import { type KeptVerdict, keepVerdict, readVerdict, verdictPath } from "#runs/receipts/verdict-file.ts";
import { countingFinding } from "#test/review-values.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { sessionId } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";
import { buildWorker, startWorker } from "#test/worker.ts";

const KEY = parseShape(digestOf("one change"), VerdictKey);
const OTHER = parseShape(digestOf("another change"), VerdictKey);

function draft(own: Partial<KeptVerdict> = {}): Omit<KeptVerdict, "schema"> {
  return {
    key: KEY,
    at: "2026-01-02T03:04:05.678Z",
    session: sessionId("s1"),
    receipt: "20260102T030405678Z-s1-3",
    decision: "BLOCK",
    findings: [countingFinding()],
    model: "gpt-test",
    summary: "It changes a loop.",
    ...own,
  };
}

test("a verdict that was kept is read again, and a change without one has none", async () => {
  const locations = freshLocations();
  expect(await readVerdict(locations, KEY)).toEqual({ kind: "none" });
  const kept = await keepVerdict(locations, draft());
  expect(await readVerdict(locations, KEY)).toEqual({ kind: "kept", verdict: kept });
  expect(kept).toEqual({ schema: "countersign/verdict/1", ...draft() });
  expect(await readVerdict(locations, OTHER)).toEqual({ kind: "none" });
});

test("it lies in a folder named by the key's beginning, for this user alone", async () => {
  const locations = freshLocations();
  await keepVerdict(locations, draft());
  const path = join(locations.verdicts, KEY.slice(0, 2), `${KEY}.json`);
  expect(verdictPath(locations, KEY)).toBe(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(path))).toEqual([`${KEY}.json`]);
});

test("the first verdict holds: a second one of the same change is not written", async () => {
  const locations = freshLocations();
  const first = await keepVerdict(locations, draft());
  const again = draft({ session: sessionId("s2"), decision: "ALLOW", findings: [] });
  expect(await keepVerdict(locations, again)).toEqual(first);
  expect(await readVerdict(locations, KEY)).toEqual({ kind: "kept", verdict: first });
});

test("what is no verdict is not kept", async () => {
  const locations = freshLocations();
  await expect(keepVerdict(locations, draft({ receipt: "" }))).rejects.toThrow("receipt");
  const failed = { ...draft(), failure: { kind: "usage-limit" } };
  await expect(keepVerdict(locations, failed)).rejects.toThrow("failure");
  expect(await readVerdict(locations, KEY)).toEqual({ kind: "none" });
});

test.each<[string, (locations: ReturnType<typeof freshLocations>) => Promise<string>]>([
  ["torn", async () => '{"schema": "countersign/ver'],
  ["of another schema", async () => JSON.stringify({ ...draft(), schema: "countersign/receipt/2" })],
  [
    "about another change",
    async (locations) => {
      await keepVerdict(locations, draft({ key: OTHER }));
      return readFileSync(verdictPath(locations, OTHER), "utf8");
    },
  ],
])("a file that is %s is set aside, said once, and its place is free", async (_what, content) => {
  const locations = freshLocations();
  const path = verdictPath(locations, KEY);
  mkdirSync(dirname(path), { recursive: true });
  const text = await content(locations);
  writeFileSync(path, text);
  const found = await readVerdict(locations, KEY);
  if (found.kind !== "set-aside") throw new Error(`found ${found.kind}`);
  expect(found.detail).not.toBe("");
  expect(readFileSync(found.path, "utf8")).toBe(text);
  expect(await readVerdict(locations, KEY)).toEqual({ kind: "none" });
  const kept = await keepVerdict(locations, draft());
  expect(await readVerdict(locations, KEY)).toEqual({ kind: "kept", verdict: kept });
});

test("a broken file does not keep a verdict out that nobody looked for first", async () => {
  const locations = freshLocations();
  const path = verdictPath(locations, KEY);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  const kept = await keepVerdict(locations, draft());
  expect(await readVerdict(locations, KEY)).toEqual({ kind: "kept", verdict: kept });
});

test("a verdict of a later version stays where it is, and is not taken for one", async () => {
  const locations = freshLocations();
  const path = verdictPath(locations, KEY);
  const later = JSON.stringify({ schema: "countersign/verdict/2", key: KEY, leave: "me" });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, later);
  expect(await readVerdict(locations, KEY)).toEqual({ kind: "newer" });
  expect(await keepVerdict(locations, draft())).toMatchObject({ key: KEY });
  expect(readFileSync(path, "utf8")).toBe(later);
  expect(readdirSync(dirname(path))).toHaveLength(1);
});

test("a place that cannot be written is a fault of the state", async () => {
  const locations = freshLocations();
  writeFileSync(locations.verdicts, "a file where the folder should be");
  await expect(keepVerdict(locations, draft())).rejects.toBeInstanceOf(StateFault);
  await expect(readVerdict(locations, KEY)).rejects.toBeInstanceOf(StateFault);
});

test("of several processes that keep a verdict of the same change, all get the same one", async () => {
  const script = await buildWorker("keep-verdicts", scratchFolder());
  const { root } = freshLocations();
  const times = 40;
  const workers = ["a", "b", "c"].map((mark) => startWorker(script, [root, String(times), mark]));
  const ends = await Promise.all(workers.map(({ ended }) => ended));
  expect(ends).toEqual(workers.map(() => ({ code: 0, errors: "" })));
  const [first, ...others] = workers.map(({ lines }) => lines);
  expect(first).toHaveLength(times);
  for (const lines of others) expect(lines).toEqual(first);
});
