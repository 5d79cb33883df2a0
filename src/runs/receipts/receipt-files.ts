import { join } from "node:path";
import * as z from "zod/mini";
import { digestOf } from "#base/digest.ts";
import { errorText } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { SessionId } from "#base/ids.ts";
import { parseJson } from "#base/json.ts";
import { dayFolders, namesIn } from "#runs/day-folders.ts";
import type { Locations } from "#runs/locations.ts";
import { laterVersion, readVersioned } from "#runs/schema-version.ts";
import type { Receipt } from "./receipt.ts";
import { RECEIPT } from "./receipt-versions.ts";

/** What a receipt's file name says. It sorts by time. */
export type ReceiptName = {
  readonly path: string;
  readonly id: string;
  /** `2026-01-31`, UTC. */
  readonly day: string;
  readonly session: string;
  readonly n: number;
};

/** A receipt as it lies on disk, with the digest of exactly what the file holds. */
export type StoredReceipt = {
  readonly name: ReceiptName;
  readonly digest: string;
  readonly receipt: Receipt;
};

export type UnreadableReceipt = {
  readonly name: ReceiptName;
  readonly detail: string;
  /** Of one that a later version wrote: it is whole, so that the chain goes on from it. */
  readonly digest?: string;
};

const NAME = /^(?<id>\d{8}T\d{9}Z-(?<session>.+)-(?<n>\d{1,15}))\.json$/;

/** Returns the name of a session's n-th receipt. Days are UTC, so that all zones agree. */
export function receiptName(locations: Locations, session: SessionId, n: number, at: Date): ReceiptName {
  const moment = at.toISOString();
  const day = moment.slice(0, 10);
  const id = `${moment.replace(/[-:.]/g, "")}-${session}-${n}`;
  return { path: join(locations.receipts, ...day.split("-"), `${id}.json`), id, day, session, n };
}

/** Returns where the receipt with this whole id lies, or `undefined` where the text is no such id. */
export function receiptNamed({ receipts }: Locations, id: string): ReceiptName | undefined {
  const { session, n } = NAME.exec(`${id}.json`)?.groups ?? {};
  if (session === undefined || n === undefined || !z.safeParse(SessionId, session).success) return undefined;
  const [year, month, date] = [id.slice(0, 4), id.slice(4, 6), id.slice(6, 8)];
  const path = join(receipts, year, month, date, `${id}.json`);
  return { path, id, day: `${year}-${month}-${date}`, session, n: Number(n) };
}

/** Yields the names of all receipts, the latest first, without opening one. Days before `since` are left out. */
export function* receiptNames(locations: Locations, since?: string): Generator<ReceiptName> {
  for (const { folder, day } of dayFolders(locations.receipts, since)) {
    for (const file of namesIn(folder).toReversed()) {
      const name = receiptNameOf(folder, day, file);
      if (name !== undefined) yield name;
    }
  }
}

/**
 * Reads one receipt, of whatever version. One that cannot be read is returned as such: it is evidence
 * too. The digest is always that of the bytes that were written, not of what is made of them.
 */
export function readReceipt(name: ReceiptName): StoredReceipt | UnreadableReceipt {
  try {
    const text = readIfPresent(name.path);
    if (text === undefined) return { name, detail: "it is gone" };
    const raw = parseJson(text, z.unknown());
    const digest = digestOf(raw);
    const read = readVersioned(raw, RECEIPT);
    if (read.kind === "read") return { name, digest, receipt: read.value };
    return { name, digest, detail: laterVersion(read.schema) };
  } catch (error) {
    return { name, detail: errorText(error) };
  }
}

/** Returns what the name of a file in the folder of a day says, or `undefined` where it is no receipt's. */
export function receiptNameOf(folder: string, day: string, file: string): ReceiptName | undefined {
  const { id, session, n } = NAME.exec(file)?.groups ?? {};
  if (id === undefined || session === undefined || n === undefined) return undefined;
  return { path: join(folder, file), id, day, session, n: Number(n) };
}
