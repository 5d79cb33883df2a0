import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { checkChain } from "#audit/records/chain.ts";
import { digestOf } from "#base/digest.ts";
import { settledBy } from "#gate/ledger/ledger.ts";
import { type Locations, SESSION_VERSION } from "#runs/locations.ts";
import { receiptName } from "#runs/receipts/receipt-files.ts";
import { listReceipts, writeReceipt } from "#runs/receipts/receipts.ts";
import { readVersioned } from "#runs/schema-version.ts";
import { changeSession, listSessions, listSetAside, readSession } from "#runs/sessions/session-file.ts";
import { isSessionOff } from "#runs/sessions/session-mode.ts";
import { SESSION } from "#runs/sessions/session-versions.ts";
import { receiptDraft, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
/** Written by the first version: a block, a signature, and rounds that were used up. */
const SAMPLES = join(import.meta.dirname, "..", "fixtures", "state");
const ID = sessionId("53ceffec-861f-46c8-a336-215b13cf6203");

function sampleRoot(session: string): Locations {
  const locations = freshLocations();
  mkdirSync(locations.sessions);
  cpSync(join(SAMPLES, session), join(locations.sessions, `${ID}.json`));
  cpSync(join(SAMPLES, "receipts-1"), join(locations.receipts, "2026", "11", "21"), { recursive: true });
  return locations;
}

/** As a later version would leave it. */
function writeNewer(locations: Locations, id = ID): string {
  const path = join(locations.sessions, `${id}.json`);
  const schema = `countersign/session/${SESSION_VERSION + 1}`;
  mkdirSync(locations.sessions, { recursive: true });
  writeFileSync(path, JSON.stringify({ schema, unheardOf: true, pinned: { mode: "off" } }));
  return path;
}

test("today's version is the one that the steps lead to", () => {
  expect(SESSION.steps).toHaveLength(SESSION_VERSION - 1);
});

test("a session of the first version is read, and what was settled in it stays settled", () => {
  const read = readSession(sampleRoot("session-1-capped.json"), ID);
  if (read.kind !== "session") throw new Error(JSON.stringify(read));
  const { session } = read;
  expect(session).toMatchObject({ schema: "countersign/session/2", seen: [], elsewhere: [], omitted: [] });
  expect(settledBy(session.ledger, new Map())).toEqual(new Map([["9e83d9a4f91f", "cap"]]));
  expect(session.ledger).toMatchObject([{ state: "capped", finding: { title: "It multiplies" }, line: 1 }]);
  expect(session.review).toMatchObject({ round: 3, at: session.baseline?.takenAt });
  expect(session.receipts.count).toBe(7);
});

test("a held back session of the first version goes on where it was", async () => {
  const locations = sampleRoot("session-1-blocked.json");
  const before = readFileSync(join(locations.sessions, `${ID}.json`), "utf8");
  const { session } = await changeSession(
    locations,
    ID,
    (known) => known && { ...known, cwd: "/here" },
    NEVER,
  );
  expect(session).toMatchObject({ cwd: "/here", prompt: { blocks: 1, held: true }, review: { round: 1 } });
  expect(before).toContain("countersign/session/1");
  expect(readFileSync(join(locations.sessions, `${ID}.json`), "utf8")).toContain("countersign/session/2");
  expect(listSetAside(locations)).toEqual([]);
});

test("a chain that the first version began is whole, keeps its bytes and goes on", async () => {
  const locations = sampleRoot("session-1-capped.json");
  const folder = join(locations.receipts, "2026", "11", "21");
  const bytes = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  const before = bytes();
  const draft = receiptDraft({ at: "2026-11-22T00:00:00.000Z" });
  const { receipt } = await writeReceipt(locations, ID, draft, NEVER);
  expect(receipt).toMatchObject({
    n: 8,
    previous: digestOf(z.parse(z.unknown(), JSON.parse(before[6] ?? ""))),
  });
  const { receipts, unreadable } = await listReceipts(locations, {});
  expect(receipts.map(({ receipt: one }) => one.n)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  expect(receipts.at(-1)?.receipt).toMatchObject({
    schema: "countersign/receipt/2",
    scope: { redacted: [], leftOut: [], uncertain: [] },
    review: { commandsLeftOut: 0, reading: { shown: 1, opened: [] } },
    known: null,
    ledger: [],
  });
  const read = readSession(locations, ID);
  const end = read.kind === "session" ? read.session.receipts : { count: 0, head: null };
  expect(checkChain({ session: ID, receipts, unreadable, end: { kind: "recorded", receipts: end } })).toEqual(
    [],
  );
  expect(bytes()).toEqual(before);
});

test("the record of a later version stays untouched, and ours stands beside it", async () => {
  const locations = freshLocations();
  const path = writeNewer(locations);
  const bytes = readFileSync(path, "utf8");
  const newer = { path, schema: "countersign/session/3" };
  expect(readSession(locations, ID)).toEqual({ kind: "newer", ...newer });
  expect(isSessionOff(locations, ID)).toBe(false);

  const own = sessionValue({ session_id: ID });
  const first = await changeSession(locations, ID, (known) => known ?? own, NEVER);
  expect(first).toMatchObject({ newer, corrupt: undefined, session: own });
  const second = await changeSession(locations, ID, (known) => known && { ...known, cwd: "/b" }, NEVER);
  expect(second).toMatchObject({ newer: undefined, session: { cwd: "/b" } });
  expect(readSession(locations, ID)).toMatchObject({ kind: "session", session: { cwd: "/b" }, newer });
  expect(listSessions(locations).map(({ id }) => id)).toEqual([ID]);
  expect(readFileSync(path, "utf8")).toBe(bytes);
  expect(listSetAside(locations)).toEqual([]);

  const off = { gate: "off", by: "terminal", at: own.started, said: true } as const;
  await changeSession(locations, ID, (known) => known && { ...known, mode: off }, NEVER);
  expect(isSessionOff(locations, ID)).toBe(true);
});

test("our own record beside a later version's is set aside when it is torn, and the other is not", async () => {
  const locations = freshLocations();
  const path = writeNewer(locations);
  const own = join(locations.sessions, `${ID}.v${SESSION_VERSION}.json`);
  writeFileSync(own, "{torn");
  expect(isSessionOff(locations, ID)).toBe(false);
  const change = await changeSession(locations, ID, () => sessionValue({ session_id: ID }), NEVER);
  expect(change.corrupt?.path).toContain(`${own}.corrupt-`);
  expect(readFileSync(path, "utf8")).toContain("unheardOf");
  expect(readFileSync(own, "utf8")).toContain("countersign/session/2");
});

test("a session whose file is ours again is not ruled by what once stood beside it", () => {
  const locations = freshLocations();
  mkdirSync(locations.sessions);
  const value = sessionValue({ session_id: ID });
  writeFileSync(join(locations.sessions, `${ID}.json`), JSON.stringify(value));
  const off = { ...value, pinned: { ...value.pinned, mode: "off" } };
  writeFileSync(join(locations.sessions, `${ID}.v${SESSION_VERSION}.json`), JSON.stringify(off));
  expect(isSessionOff(locations, ID)).toBe(false);
});

test("a chain goes on after a receipt that a later version wrote", async () => {
  const locations = freshLocations();
  await changeSession(locations, ID, () => sessionValue({ session_id: ID }), NEVER);
  const first = await writeReceipt(locations, ID, receiptDraft(), NEVER);
  const name = receiptName(locations, ID, 2, new Date("2026-01-02T04:00:00.000Z"));
  const later = { schema: "countersign/receipt/9", n: 2, previous: first.digest, surprise: true };
  writeFileSync(name.path, JSON.stringify(later));
  const third = await writeReceipt(locations, ID, receiptDraft({ at: "2026-01-02T05:00:00.000Z" }), NEVER);
  expect(third.receipt).toMatchObject({ n: 3, previous: digestOf(later) });
  const { unreadable } = await listReceipts(locations, {});
  expect(unreadable).toMatchObject([{ detail: expect.stringContaining("countersign/receipt/9") }]);
});

test("what is no version of the kind is of the wrong shape", () => {
  for (const schema of [
    "countersign/receipt/1",
    "countersign/session/0",
    "countersign/session/1e3",
    "session",
    7,
  ]) {
    expect(() => readVersioned({ schema }, SESSION)).toThrow("wrong-shape");
  }
  expect(readVersioned({ schema: "countersign/session/12" }, SESSION)).toMatchObject({ kind: "newer" });
});
