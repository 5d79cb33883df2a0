import { existsSync } from "node:fs";
import type { Locations } from "./locations.ts";
import { begunFile, type RunName, runNamed, runNames } from "./run-files.ts";

/** What a part of a run's id leads to. */
export type RunSearch =
  | { readonly kind: "found"; readonly name: RunName }
  | { readonly kind: "none" }
  /** More than one begins or ends like that, the latest first. */
  | { readonly kind: "ambiguous"; readonly ids: readonly string[] };

/**
 * Returns the run that the text means: its whole id, the only one that begins or ends with it (as its
 * eight-digit handle does), or the latest one for `last`. What has not begun is no run. No record is
 * opened.
 */
export function findRun(locations: Locations, text: string): RunSearch {
  const whole = runNamed(locations, text);
  if (whole !== undefined)
    return existsSync(begunFile(whole)) ? { kind: "found", name: whole } : { kind: "none" };
  // An empty end is everybody's.
  if (text === "") return { kind: "none" };
  const alike: RunName[] = [];
  for (const name of runNames(locations)) {
    const isMeant = text === "last" || name.id.startsWith(text) || name.id.endsWith(text);
    if (!isMeant || !existsSync(begunFile(name))) continue;
    if (text === "last") return { kind: "found", name };
    alike.push(name);
  }
  const [name] = alike;
  if (name === undefined) return { kind: "none" };
  return alike.length === 1 ? { kind: "found", name } : { kind: "ambiguous", ids: alike.map(({ id }) => id) };
}
