import type { Locations } from "#runs/locations.ts";
import { readLedger } from "#runs/records/ledger-lines.ts";
import { readRun, runNames } from "#runs/records/run-files.ts";

/** What the ledger and the runs say of each other. */
export type LedgerSight = {
  /** Every line names the digest of the one before it and its own place. */
  readonly unbroken: boolean;
  readonly unreadableLines: number;
  /** Digests of files that have no line, and of lines that have no file. */
  readonly withoutLine: readonly string[];
  readonly withoutFile: readonly string[];
  /** Digests that have more than one line. */
  readonly twice: readonly string[];
  readonly begun: number;
  readonly ended: number;
  readonly halfMade: number;
};

/** Returns how the runs on disk and their ledger agree; receipts have lines there too, and are not looked at. */
export function ledgerSight(locations: Locations): LedgerSight {
  const lines: string[] = [];
  let [previous, unbroken, unreadableLines]: [string | null, boolean, number] = [null, true, 0];
  for (const read of readLedger(locations)) {
    if (read.kind === "unreadable") unreadableLines += 1;
    else {
      if (read.line.part !== "receipt") lines.push(read.line.digest);
      unbroken &&= read.line.previous === previous && read.line.n === read.number;
    }
    previous = read.digest;
  }
  const files: string[] = [];
  let [begun, ended, halfMade] = [0, 0, 0];
  for (const name of runNames(locations)) {
    const read = readRun(name);
    if (read.kind === "half-made") halfMade += 1;
    if (read.kind === "unreadable") throw new Error(`${read.path}: ${read.detail}`);
    if (read.kind !== "run") continue;
    begun += 1;
    files.push(read.run.digests.begun);
    if (read.run.digests.ended === undefined) continue;
    ended += 1;
    files.push(read.run.digests.ended);
  }
  const withoutLine = files.filter((digest) => !lines.includes(digest));
  const withoutFile = lines.filter((digest) => !files.includes(digest));
  const twice = lines.filter((digest, index) => lines.indexOf(digest) !== index);
  return { unbroken, unreadableLines, withoutLine, withoutFile, twice, begun, ended, halfMade };
}
