import { existsSync } from "node:fs";
import type { Locations } from "#runs/locations.ts";
import { endedFile, runNames } from "#runs/records/run-files.ts";
import { matches } from "./matches.ts";
import type { RunsAsked } from "./runs-asked.ts";
import { type AuditRecord, runRecord } from "./stored-records.ts";

/** So many of the latest runs are looked at: what is unfinished further back, `--unfinished` finds. */
const LOOKED_AT = 200;

/**
 * Returns those of the latest runs that are running, died or were left behind, as far as they are among
 * what was asked for but for its times: they come first in every list.
 */
export function unfinishedRecords(
  locations: Locations,
  asked: RunsAsked,
  now: Date,
): readonly Extract<AuditRecord, { kind: "run" }>[] {
  const found: Extract<AuditRecord, { kind: "run" }>[] = [];
  let looked = 0;
  for (const name of runNames(locations)) {
    looked += 1;
    if (looked > LOOKED_AT) break;
    if (existsSync(endedFile(name))) continue;
    const record = runRecord(name, now);
    if (record?.kind === "run" && matches(record.row, asked)) found.push(record);
  }
  return found;
}
