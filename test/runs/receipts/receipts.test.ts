import { readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkChain } from "#audit/records/chain.ts";
import { digestOf } from "#base/digest.ts";
import type { Locations } from "#runs/locations.ts";
import { receiptName } from "#runs/receipts/receipt-files.ts";
import { listReceipts, writeReceipt } from "#runs/receipts/receipts.ts";
import { changeSession, readSession } from "#runs/sessions/session-file.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { receiptDraft, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";
import { buildWorker, startWorker } from "#test/worker.ts";

const NEVER = new AbortController().signal;
const ID = sessionId("s1");

async function start(locations: Locations, id = ID): Promise<void> {
  await changeSession(locations, id, () => sessionValue({ session_id: id }), NEVER);
}

async function write(locations: Locations, at = "2026-01-02T03:04:05.678Z", id = ID) {
  return await writeReceipt(locations, id, receiptDraft({ at }), NEVER);
}

async function findingsOf(locations: Locations, id = ID) {
  const { receipts, unreadable } = await listReceipts(locations, { session: id });
  const read = readSession(locations, id);
  if (read.kind !== "session") throw new Error("the session's file is gone");
  return checkChain({
    session: id,
    receipts,
    unreadable,
    end: { kind: "recorded", receipts: read.session.receipts },
  });
}

test("a receipt lies under its day, for this user only, and the session knows it", async () => {
  const locations = freshLocations();
  await start(locations);
  const { name, receipt, digest } = await write(locations);
  expect(name.path).toBe(join(locations.receipts, "2026", "01", "02", "20260102T030405678Z-s1-1.json"));
  expect(JSON.parse(readFileSync(name.path, "utf8"))).toEqual(receipt);
  expect(statSync(name.path).mode & 0o777).toBe(0o600);
  expect(receipt).toMatchObject({ id: "20260102T030405678Z-s1-1", n: 1, previous: null, session: "s1" });
  expect(digest).toBe(digestOf(receipt));
  expect(readSession(locations, ID)).toMatchObject({ session: { receipts: { count: 1, head: digest } } });
});

test("receipts are chained, and listed the latest first", async () => {
  const locations = freshLocations();
  await start(locations);
  const first = await write(locations, "2026-01-02T03:04:05.678Z");
  const second = await write(locations, "2026-01-03T00:00:00.000Z");
  expect(second.receipt).toMatchObject({ n: 2, previous: first.digest });
  const { receipts } = await listReceipts(locations, {});
  expect(receipts.map(({ receipt }) => receipt.n)).toEqual([2, 1]);
  expect(await findingsOf(locations)).toEqual([]);
  expect((await listReceipts(locations, { limit: 1 })).receipts).toHaveLength(1);
  expect((await listReceipts(locations, { since: "2026-01-03" })).receipts).toHaveLength(1);
  expect((await listReceipts(locations, { session: sessionId("other") })).receipts).toEqual([]);
});

test("a receipt whose writer died before the session knew it is gone on from", async () => {
  const locations = freshLocations();
  await start(locations);
  await write(locations);
  const before = readSession(locations, ID);
  const orphan = await write(locations, "2026-01-02T03:04:04.000Z");
  // As it is after a death between the two files: the receipt stands, the session knows one less.
  await changeSession(locations, ID, () => (before.kind === "session" ? before.session : undefined), NEVER);
  expect(await findingsOf(locations)).toMatchObject([{ kind: "receipt-unrecorded" }]);
  const next = await write(locations, "2026-01-04T00:00:00.000Z");
  expect(next.receipt).toMatchObject({ n: 3, previous: orphan.digest });
  expect(await findingsOf(locations)).toEqual([]);
});

test("a chain outlives its session's file", async () => {
  const locations = freshLocations();
  await start(locations);
  await write(locations, "2026-01-02T03:04:05.000Z");
  const second = await write(locations, "2026-02-02T03:04:05.000Z");
  writeFileSync(join(locations.sessions, "s1.json"), "{torn");
  const third = await write(locations, "2026-03-02T03:04:05.000Z");
  expect(third.corrupt).toMatchObject({ path: expect.stringContaining("s1.json.corrupt-") });
  expect(third.receipt).toMatchObject({ n: 3, previous: second.digest });
  await start(locations);
  expect((await write(locations, "2026-03-03T03:04:05.000Z")).receipt).toMatchObject({
    n: 4,
    previous: third.digest,
  });
});

test("a receipt that cannot be read is told, and keeps its number", async () => {
  const locations = freshLocations();
  await start(locations);
  await write(locations);
  const torn = receiptName(locations, ID, 2, new Date("2026-01-02T04:00:00.000Z"));
  writeFileSync(torn.path, "{torn");
  const { receipts, unreadable } = await listReceipts(locations, {});
  expect(receipts).toHaveLength(1);
  expect(unreadable).toMatchObject([{ name: { path: torn.path, n: 2 } }]);
  expect((await write(locations, "2026-01-02T05:00:00.000Z")).receipt.n).toBe(3);
});

test("a temporary file of a dead writer is no receipt", async () => {
  const locations = freshLocations();
  await start(locations);
  const { name } = await write(locations);
  writeFileSync(join(name.path, "..", `.${name.id}.json.1.x.tmp`), "{torn");
  expect(await listReceipts(locations, {})).toMatchObject({ receipts: [{}], unreadable: [] });
});

test("what has no place in a receipt is refused, not written", async () => {
  const locations = freshLocations();
  await start(locations);
  const draft = { ...receiptDraft(), environment: { TOKEN: "secret" } };
  await expect(writeReceipt(locations, ID, draft, NEVER)).rejects.toMatchObject({
    failure: { kind: "wrong-shape" },
  });
  expect(await listReceipts(locations, {})).toEqual({ receipts: [], unreadable: [] });
});

test.each([1, 50])(
  "50 processes that write 20 receipts each in %i sessions keep 1,000 in whole chains",
  async (sessions) => {
    const locations = freshLocations();
    const script = await buildWorker("write-receipts", scratchFolder());
    const ids = Array.from({ length: sessions }, (_, index) => sessionId(`s${index}`));
    for (const id of ids) await start(locations, id);
    const workers = Array.from({ length: 50 }, (_, index) =>
      startWorker(script, [locations.root, `s${index % sessions}`, "20"]),
    );
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    expect(ends.filter(({ code }) => code !== 0)).toEqual([]);
    expect((await listReceipts(locations, {})).receipts).toHaveLength(1000);
    const count = 1000 / sessions;
    for (const id of ids) {
      expect(await findingsOf(locations, id)).toEqual([]);
      expect(readSession(locations, id)).toMatchObject({ session: { receipts: { count } } });
    }
  },
);

test("writers that are killed in the middle lose no acknowledged receipt", async () => {
  const locations = freshLocations();
  await start(locations);
  const script = await buildWorker("write-receipts", scratchFolder());
  const victims = Array.from({ length: 6 }, () => startWorker(script, [locations.root, "s1", "1000000"]));
  await Promise.all(
    victims.map(async (victim, index) => {
      await victim.printed(1 + index);
      victim.process.kill("SIGKILL");
      await victim.ended;
    }),
  );
  const last = await write(locations, new Date().toISOString());
  const acknowledged = victims.flatMap(({ lines }) => lines.map(Number));
  const numbers = (await listReceipts(locations, {})).receipts.map(({ receipt }) => receipt.n);
  expect(numbers).toEqual(expect.arrayContaining(acknowledged));
  expect(numbers).toHaveLength(last.receipt.n);
  expect(await findingsOf(locations)).toEqual([]);
});

test("what stands in the place of a day's folder hides no other receipt", async () => {
  const locations = freshLocations();
  await start(locations);
  await write(locations);
  writeFileSync(join(locations.receipts, "1999"), "");
  writeFileSync(join(locations.receipts, "2026", "12"), "");
  symlinkSync("31", join(locations.receipts, "2026", "01", "31"));
  expect((await write(locations, "2026-01-03T00:00:00.000Z")).receipt.n).toBe(2);
  expect((await listReceipts(locations, {})).receipts).toHaveLength(2);
});
