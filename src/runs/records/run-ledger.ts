import { closeSync, constants, existsSync, fstatSync, fsyncSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { digestOf, sha256 } from "#base/digest.ts";
import { makePrivateDirectory, readBytes, readIfPresent, removeIfPresent, replaceFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { withLock } from "#base/lock.ts";
import { onState } from "#runs/fault.ts";
import type { Locations } from "#runs/locations.ts";
import { type LedgerLine, readLine } from "./ledger-line.ts";
import { endOfLedger, ledgerFile } from "./ledger-lines.ts";

/** What a line says, before it has its place. */
export type LedgerEntry = Pick<LedgerLine, "at" | "record" | "part" | "digest">;

/** What a writer is about to do, so that whoever comes next can bring it to its end. */
const Pending = z.strictObject({
  schema: z.literal("countersign/ledger-pending/1"),
  /** The file that gets the line. */
  path: z.string(),
  /** In the form that a line had when it was to be written. */
  line: z.unknown(),
});
type Pending = { readonly path: string; readonly line: LedgerLine };

/**
 * Runs `write`, which puts a file into its place whole or not at all, and enters the file in the ledger
 * by its digest, both under the ledger's lock. Whoever dies in between has left word of what it was
 * about to do: the next one enters the file. Returns false, and enters nothing, where `write` says that
 * the name was taken.
 *
 * @throws LockFault when `signal` fires first.
 * @throws StateFault what the file system refuses.
 */
export async function enterFile(
  locations: Locations,
  entry: LedgerEntry,
  file: { readonly path: string; readonly write: () => boolean },
  signal: AbortSignal,
): Promise<boolean> {
  return await underLock(locations, signal, () => {
    const pending = pendingFile(locations);
    const line = nextLine(locations, entry);
    replaceFile(
      pending,
      `${JSON.stringify({ schema: "countersign/ledger-pending/1", path: file.path, line })}\n`,
    );
    const written = file.write();
    if (written) append(locations, [entry]);
    removeIfPresent(pending);
    return written;
  });
}

/** Enters lines that no file goes with. Throws as `enterFile` does. */
export async function enterLines(
  locations: Locations,
  entries: readonly LedgerEntry[],
  signal: AbortSignal,
): Promise<void> {
  await underLock(locations, signal, () => append(locations, entries));
}

async function underLock<T>(locations: Locations, signal: AbortSignal, work: () => T): Promise<T> {
  return await onState(async () => {
    makePrivateDirectory(locations.runs);
    const locked = async (): Promise<T> => {
      finishPending(locations);
      return work();
    };
    return await withLock(`${ledgerFile(locations)}.lock`, locked, signal);
  });
}

/** Enters the file of a writer that died between its file and its line. */
function finishPending(locations: Locations): void {
  const path = pendingFile(locations);
  const text = readIfPresent(path);
  if (text === undefined) return;
  const pending = pendingIn(text);
  if (pending !== undefined && isUnentered(locations, pending)) append(locations, [pending.line]);
  removeIfPresent(path);
}

/** A file with another digest is not the one that was to be written. */
function isUnentered(locations: Locations, { path, line }: Pending): boolean {
  if (endOfLedger(locations).lastReadable >= line.n) return false;
  return existsSync(path) && digestNow(path, line.part) === line.digest;
}

/** Receipts are named by what they say, as their chains do it; parts of runs by their bytes. */
function digestNow(path: string, part: LedgerLine["part"]): string | undefined {
  const bytes = readBytes(path);
  if (part !== "receipt") return sha256(bytes);
  return unlessNoJson(() => digestOf(parseJson(bytes.toString("utf8"), z.unknown())));
}

/** One that was damaged says nothing: its file, if there is one, stays without a line, and that is told. */
function pendingIn(text: string): Pending | undefined {
  return unlessNoJson(() => {
    const { path, line } = parseJson(text, Pending);
    const read = readLine(line);
    return read.kind === "read" ? { path, line: read.value } : undefined;
  });
}

function unlessNoJson<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

function pendingFile(locations: Locations): string {
  return join(locations.runs, "ledger.pending.json");
}

function nextLine(locations: Locations, entry: LedgerEntry): LedgerLine {
  const { lines, digest } = endOfLedger(locations);
  return lineAfter({ lines, digest }, entry);
}

type End = { readonly lines: number; readonly digest: string | null };

function lineAfter({ lines, digest }: End, { at, record, part, digest: of }: LedgerEntry): LedgerLine {
  return {
    schema: "countersign/ledger-line/2",
    n: lines + 1,
    at,
    record,
    part,
    digest: of,
    previous: digest,
  };
}

/** A line that was torn is ended first: it stays, as a line that nobody can read, and the next one names its digest. */
function append(locations: Locations, entries: readonly LedgerEntry[]): void {
  const end = endOfLedger(locations);
  let last: End = end;
  let text = end.torn ? "\n" : "";
  for (const entry of entries) {
    const line = JSON.stringify(lineAfter(last, entry));
    text += `${line}\n`;
    last = { lines: last.lines + 1, digest: sha256(line) };
  }
  if (text !== "") appendSynced(ledgerFile(locations), text);
}

function appendSynced(path: string, text: string): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
  try {
    if (!fstatSync(file).isFile())
      throw Object.assign(new Error(`ENOTSUP: not a file, open '${path}'`), { code: "ENOTSUP" });
    // Unlike `writeSync`, it writes all or throws.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
