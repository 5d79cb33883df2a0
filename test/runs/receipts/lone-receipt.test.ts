import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkLedger } from "#audit/records/ledger.ts";
import { sha256 } from "#base/digest.ts";
import type { Locations } from "#runs/locations.ts";
import { writeLoneReceipt } from "#runs/receipts/lone-receipt.ts";
import { ledgerFile, readLedger } from "#runs/records/ledger-lines.ts";
import { begunFile } from "#runs/records/run-files.ts";
import { begin } from "#test/run-values.ts";
import { receiptDraft, sessionId } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const ID = sessionId("8f7c1f1e-0000-4000-8000-000000000001");

function pendingFile(locations: Locations): string {
  return join(locations.runs, "ledger.pending.json");
}

function linesOf(locations: Locations) {
  return [...readLedger(locations)].map((read) => (read.kind === "line" ? read.line : read));
}

/** Writes a ledger as the first version did: its lines knew runs alone. Returns the digest of the last one. */
function writeFirstLedger(locations: Locations, run: string): string {
  let previous: string | null = null;
  let text = "";
  for (const [index, part] of ["begun", "ended"].entries()) {
    const own = { schema: "countersign/ledger-line/1", n: index + 1, at: "2026-01-02T03:04:05.678Z" };
    const line = JSON.stringify({ ...own, run, part, digest: sha256(part), previous });
    text += `${line}\n`;
    previous = sha256(line);
  }
  mkdirSync(locations.runs, { recursive: true });
  writeFileSync(ledgerFile(locations), text);
  return previous ?? "";
}

test("a review from a shell leaves a receipt and a line with its digest, and no session's file", async () => {
  const locations = freshLocations();
  const { name, digest, receipt } = await writeLoneReceipt(locations, ID, receiptDraft(), NEVER);
  expect(receipt).toMatchObject({ session: ID, n: 1, previous: null, id: name.id });
  expect(linesOf(locations)).toMatchObject([
    { schema: "countersign/ledger-line/2", n: 1, record: name.id, part: "receipt", digest, at: receipt.at },
  ]);
  expect(existsSync(name.path)).toBe(true);
  expect(existsSync(join(locations.sessions, `${ID}.json`))).toBe(false);
});

test("where the name is taken nothing is entered", async () => {
  const locations = freshLocations();
  await writeLoneReceipt(locations, ID, receiptDraft(), NEVER);
  await expect(writeLoneReceipt(locations, ID, receiptDraft(), NEVER)).rejects.toMatchObject({
    failure: { kind: "state-corrupt", detail: "its name is already taken" },
  });
  expect(linesOf(locations)).toHaveLength(1);
});

test("the receipt of a writer that died before its line is entered by the next run, reformatted or not", async () => {
  for (const indent of [2, 0]) {
    const locations = freshLocations();
    const { name } = await writeLoneReceipt(locations, ID, receiptDraft(), NEVER);
    const [line] = linesOf(locations);
    const schema = "countersign/ledger-pending/1";
    const receipt: unknown = JSON.parse(readFileSync(name.path, "utf8"));
    writeFileSync(name.path, JSON.stringify(receipt, null, indent));
    rmSync(ledgerFile(locations));
    writeFileSync(pendingFile(locations), JSON.stringify({ schema, path: name.path, line }));
    const run = await begin(locations);
    expect(linesOf(locations)).toMatchObject([{ record: name.id }, { record: run.id }]);
  }
});

test("a receipt that was edited or torn since its writer died is not entered, and holds nobody up", async () => {
  for (const edit of [(text: string) => text.replace("12.3", "1"), (text: string) => text.slice(0, -9)]) {
    const locations = freshLocations();
    const { name } = await writeLoneReceipt(locations, ID, receiptDraft(), NEVER);
    const [line] = linesOf(locations);
    rmSync(ledgerFile(locations));
    writeFileSync(name.path, edit(readFileSync(name.path, "utf8")));
    const schema = "countersign/ledger-pending/1";
    writeFileSync(pendingFile(locations), JSON.stringify({ schema, path: name.path, line }));
    const run = await begin(locations);
    expect(linesOf(locations)).toMatchObject([{ record: run.id, n: 1 }]);
    expect(existsSync(pendingFile(locations))).toBe(false);
  }
});

test("a ledger of the first version is read, keeps its bytes and is gone on from", async () => {
  const locations = freshLocations();
  const last = writeFirstLedger(locations, "20260102T030405678Z-0badcafe");
  const before = readFileSync(ledgerFile(locations), "utf8");
  const { name } = await writeLoneReceipt(locations, ID, receiptDraft(), NEVER);
  expect(linesOf(locations)).toMatchObject([
    { schema: "countersign/ledger-line/2", record: "20260102T030405678Z-0badcafe", part: "begun" },
    { record: "20260102T030405678Z-0badcafe", part: "ended" },
    { n: 3, record: name.id, part: "receipt", previous: last },
  ]);
  expect(readFileSync(ledgerFile(locations), "utf8").startsWith(before)).toBe(true);
  expect(checkLedger(readLedger(locations)).troubles).toEqual([]);
});

test("what a dead writer of the first version was about to enter is entered", async () => {
  const locations = freshLocations();
  const run = await begin(locations);
  rmSync(ledgerFile(locations));
  const own = { schema: "countersign/ledger-line/1", n: 1, at: "2026-01-02T03:04:05.678Z" };
  const line = { ...own, run: run.id, part: "begun", digest: run.digest, previous: null };
  const schema = "countersign/ledger-pending/1";
  writeFileSync(pendingFile(locations), JSON.stringify({ schema, path: begunFile(run), line }));
  const next = await begin(locations);
  expect(linesOf(locations)).toMatchObject([{ record: run.id, digest: run.digest }, { record: next.id }]);
});
