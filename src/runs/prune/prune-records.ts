import { existsSync, lstatSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { listIfPresent, removeIfPresent } from "#base/files.ts";
import type { Locations } from "#runs/locations.ts";
import { auditNames } from "#runs/plugin-audits.ts";
import type { RequestList } from "#runs/sessions/requests.ts";
import { isContained, isOwnFolder } from "./contained.ts";
import { goingRequests } from "./going-requests.ts";
import { DAY_MS, isPast, type Retention } from "./retention.ts";

export type PruneOptions = { readonly retention: Retention; readonly now: Date; readonly dryRun: boolean };

/** What went, or would go: paths, and how many bytes they held. */
export type Removed = { readonly count: number; readonly bytes: number };

const VERDICT = /^[0-9a-f]{64}\.json$/;

/** Removes files, as far as they lie in the root, and returns what went. */
export function removeFiles(root: string, paths: readonly string[], dryRun: boolean): Removed {
  let [count, bytes] = [0, 0];
  for (const path of paths) {
    const size = lstatSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined || !isContained(root, path)) continue;
    if (!dryRun && !removeIfPresent(path)) continue;
    count += 1;
    bytes += size;
  }
  return { count, bytes };
}

/** Removes verdicts that are older than records are kept: the same change would then be reviewed once more. */
export function pruneVerdicts(locations: Locations, { retention, now, dryRun }: PruneOptions): Removed {
  const paths = listIfPresent(locations.verdicts)
    .map((fanout) => join(locations.verdicts, fanout))
    .filter((folder) => isOwnFolder(locations.root, folder))
    .flatMap((folder) => listIfPresent(folder).map((name) => ({ name, path: join(folder, name) })))
    .filter(({ name, path }) => VERDICT.test(name) && isOldFile(path, retention.recordDays * DAY_MS, now))
    .map(({ path }) => path);
  return removeFiles(locations.root, paths, dryRun);
}

/** Removes recorded audits of plugins that are older than records are kept; the latest stays, for `--since last`. */
export function pruneAudits(locations: Locations, { retention, now, dryRun }: PruneOptions): Removed {
  const paths = [...auditNames(locations)]
    .slice(1)
    .map(({ path }) => path)
    .filter((path) => isOldFile(path, retention.recordDays * DAY_MS, now));
  return removeFiles(locations.root, paths, dryRun);
}

/** Removes requests that were answered long ago and mean nothing any more, each before its answers. */
export function pruneRequests(
  locations: Locations,
  list: RequestList,
  { retention, now, dryRun }: PruneOptions,
): Removed {
  const isOld = (at: string): boolean => isPast(Date.parse(at), retention.recordDays * DAY_MS, now.getTime());
  const going = goingRequests(list.requests, { isOld, isThere: existsSync });
  const names = listIfPresent(locations.requests);
  const paths = going.flatMap(({ request: { id } }) => [
    `${id}.json`,
    ...names.filter((name) => name.startsWith(`${id}.answer-`)),
  ]);
  const { count, bytes } = removeFiles(
    locations.root,
    paths.map((name) => join(locations.requests, name)),
    dryRun,
  );
  return { count: Math.min(count, going.length), bytes };
}

/** Removes folders of days, months and years that hold nothing. The last two days are left: somebody may be about to write there. */
export function pruneDayFolders(locations: Locations, { now, dryRun }: PruneOptions): Removed {
  const recent = new Date(now.getTime() - 2 * DAY_MS).toISOString().slice(0, 10).split("-").join("/");
  let count = 0;
  const visit = (folder: string, way: string): void => {
    for (const name of listIfPresent(folder).filter((one) => /^\d{2,4}$/.test(one))) {
      const path = join(folder, name);
      const inner = way === "" ? name : `${way}/${name}`;
      if (!isOwnFolder(locations.root, path)) continue;
      if (inner.length < recent.length) visit(path, inner);
      if (inner < recent.slice(0, inner.length) && removeEmpty(path, dryRun)) count += 1;
    }
  };
  visit(locations.receipts, "");
  visit(locations.audits, "");
  visit(locations.runs, "");
  return { count, bytes: 0 };
}

export function isOldFile(path: string, milliseconds: number, now: Date): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && isPast(found.mtimeMs, milliseconds, now.getTime());
}

function removeEmpty(folder: string, dryRun: boolean): boolean {
  if (dryRun) return listIfPresent(folder).length === 0;
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(errorCode(error) ?? "")) return false;
    throw error;
  }
}
