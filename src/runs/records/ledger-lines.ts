import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, readSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { sha256 } from "#base/digest.ts";
import { errorCode, errorText } from "#base/fault.ts";
import { openFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import type { Locations } from "#runs/locations.ts";
import { laterVersion } from "#runs/schema-version.ts";
import { type LedgerLine, readLine } from "./ledger-line.ts";

/** A line as it stands in the file: its place, and the digest that the next line has to name. */
export type LedgerRead = { readonly number: number; readonly digest: string } & (
  | { readonly kind: "line"; readonly line: LedgerLine }
  /** `torn`: it has no end. Its writer died, or the disk was full, or somebody writes it just now. */
  | { readonly kind: "unreadable"; readonly detail: string; readonly torn: boolean }
);

/** No line of ours is as long. */
const LONGEST_LINE = 64 * 1024;
const CHUNK = 256 * 1024;
const LINE_FEED = 0x0a;

export function ledgerFile({ runs }: Locations): string {
  return join(runs, "ledger.jsonl");
}

/**
 * Yields every line of the ledger, the oldest first, read piece by piece; none where there is no ledger.
 * Lines that cannot be read are told, each at its place.
 */
export function* readLedger(locations: Locations): Generator<LedgerRead> {
  let number = 0;
  for (const { bytes, digest, torn } of linesOf(ledgerFile(locations))) {
    number += 1;
    const found = torn ? { detail: "it has no end" } : parsed(bytes);
    if ("line" in found) yield { kind: "line", number, digest, line: found.line };
    else yield { kind: "unreadable", number, digest, detail: found.detail, torn };
  }
}

export type LedgerEnd = {
  /** How many lines there are, a torn one counted. */
  readonly lines: number;
  /** Of the last one. */
  readonly digest: string | null;
  /** The last one has no end. */
  readonly torn: boolean;
  /** The place of the last one that can be read; 0 where there is none. */
  readonly lastReadable: number;
};

/** Returns how the ledger ends. Its size does not count: only the last lines are read, unless those are damaged. */
export function endOfLedger(locations: Locations): LedgerEnd {
  return endInTail(ledgerFile(locations)) ?? endOfAll(locations);
}

function endInTail(path: string): LedgerEnd | undefined {
  const tail = readTail(path);
  if (tail === undefined) return { lines: 0, digest: null, torn: false, lastReadable: 0 };
  const parts = splitLines(tail.bytes);
  const fragment = parts.at(-1);
  const whole = parts.at(-2);
  // The first part of a tail may be the end of a longer line.
  if (fragment === undefined || whole === undefined || (parts.length === 2 && !tail.isAll)) return undefined;
  const found = parsed(whole);
  if (!("line" in found)) return undefined;
  const { n } = found.line;
  return fragment.length === 0
    ? { lines: n, digest: sha256(whole), torn: false, lastReadable: n }
    : { lines: n + 1, digest: sha256(fragment), torn: true, lastReadable: n };
}

function endOfAll(locations: Locations): LedgerEnd {
  let end: LedgerEnd = { lines: 0, digest: null, torn: false, lastReadable: 0 };
  for (const read of readLedger(locations)) {
    const { number, digest } = read;
    const lastReadable = read.kind === "line" ? number : end.lastReadable;
    end = { lines: number, digest, torn: read.kind === "unreadable" && read.torn, lastReadable };
  }
  return end;
}

function readTail(path: string): { readonly bytes: Buffer; readonly isAll: boolean } | undefined {
  const file = openIfPresent(path);
  if (file === undefined) return undefined;
  try {
    const { size } = fstatSync(file);
    const from = Math.max(0, size - LONGEST_LINE);
    const bytes = Buffer.alloc(size - from);
    const read = size === from ? 0 : readSync(file, bytes, 0, bytes.length, from);
    return size === 0 ? undefined : { bytes: bytes.subarray(0, read), isAll: from === 0 };
  } finally {
    closeSync(file);
  }
}

/** What follows the last line feed is the last part: nothing, or a line without an end. */
function splitLines(bytes: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let to = bytes.indexOf(LINE_FEED); to !== -1; to = bytes.indexOf(LINE_FEED, from)) {
    parts.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return [...parts, bytes.subarray(from)];
}

function parsed(bytes: Buffer): { readonly line: LedgerLine } | { readonly detail: string } {
  if (bytes.length > LONGEST_LINE) return { detail: "it is longer than any line of ours" };
  try {
    const read = readLine(parseJson(bytes.toString("utf8"), z.unknown()));
    return read.kind === "read" ? { line: read.value } : { detail: laterVersion(read.schema) };
  } catch (error) {
    if (error instanceof JsonFault) return { detail: errorText(error) };
    throw error;
  }
}

type RawLine = { readonly bytes: Buffer; readonly digest: string; readonly torn: boolean };

/** Of a line that is longer than any of ours only as much is kept as shows that. */
function* linesOf(path: string): Generator<RawLine> {
  const file = openIfPresent(path);
  if (file === undefined) return;
  try {
    const chunk = Buffer.alloc(CHUNK);
    let line = newLine();
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const parts = splitLines(chunk.subarray(0, read));
      for (const [index, part] of parts.entries()) {
        line.add(part);
        if (index === parts.length - 1) continue;
        yield line.done(false);
        line = newLine();
      }
    }
    if (line.length() > 0) yield line.done(true);
  } finally {
    closeSync(file);
  }
}

function newLine() {
  const hash: Hash = createHash("sha256");
  const kept: Buffer[] = [];
  let length = 0;
  return {
    length: () => length,
    add: (part: Buffer): void => {
      hash.update(part);
      // The chunk is used again.
      if (length <= LONGEST_LINE) kept.push(Buffer.from(part.subarray(0, LONGEST_LINE + 1)));
      length += part.length;
    },
    done: (torn: boolean): RawLine => ({ bytes: Buffer.concat(kept), digest: hash.digest("hex"), torn }),
  };
}

function openIfPresent(path: string): number | undefined {
  try {
    return openFile(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
