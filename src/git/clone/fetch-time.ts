import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { OpenClone } from "./open-clone.ts";

/**
 * Returns when anything was last fetched or cloned (milliseconds since 1970), by the times of what git
 * writes then; null where nothing tells. The host's own words about it are not asked: it writes those
 * after a fetch that failed, too.
 */
export function fetchTime(
  { gitDirectory, commonDirectory, refs }: OpenClone,
  remote: string | null,
): number | null {
  const fetched = timeOf(join(gitDirectory, "FETCH_HEAD"));
  const tracking = refs.filter(({ name }) => remote !== null && name.startsWith(`refs/remotes/${remote}/`));
  const moved = tracking.map(({ name }) => timeOf(join(commonDirectory, name)));
  // A clone leaves no FETCH_HEAD. Packing refs later renews the time of this file, so it counts last.
  const cloned = ["shallow", "packed-refs"].map((name) => timeOf(join(commonDirectory, name)));
  return latest([fetched, ...moved]) ?? latest(cloned);
}

/** A fetch that failed leaves an empty file. */
function timeOf(path: string): number | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size > 0 ? found.mtimeMs : null;
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}
