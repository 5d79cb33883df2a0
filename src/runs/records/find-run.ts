import { existsSync } from "node:fs";
import { findById, type IdSearch } from "#runs/find-by-id.ts";
import type { Locations } from "#runs/locations.ts";
import { begunFile, type RunName, runNamed, runNames } from "./run-files.ts";

/**
 * Returns the run that the text means (see `findById`; a handle is the end of an id). What has not begun
 * is no run. No record is opened.
 */
export function findRun(locations: Locations, text: string): IdSearch<RunName> {
  const whole = runNamed(locations, text);
  // An empty end is everybody's.
  if (whole === undefined && text === "") return { kind: "none" };
  return findById(whole === undefined ? runNames(locations) : [whole], text, (name) =>
    existsSync(begunFile(name)),
  );
}
