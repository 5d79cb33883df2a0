import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { listIfPresent } from "#base/files.ts";

/** The folder of one day. */
export type DayFolder = {
  readonly folder: string;
  /** `2026-01-31`, UTC. */
  readonly day: string;
};

/** The folders of a year, a month and a day. What else lies there is nobody's record. */
const [YEAR, MONTH, DAY] = [/^\d{4}$/, /^(?:0[1-9]|1[0-2])$/, /^(?:0[1-9]|[12]\d|3[01])$/] as const;

/**
 * Yields the folders of days below one that holds records, the latest first. Days before `since` (ISO
 * 8601) are left out, and no folder is read before it is needed.
 */
export function* dayFolders(root: string, since = ""): Generator<DayFolder> {
  for (const year of newestFirst(listIfPresent(root), YEAR)) {
    for (const month of newestFirst(namesIn(join(root, year)), MONTH)) {
      for (const date of newestFirst(namesIn(join(root, year, month)), DAY)) {
        const day = `${year}-${month}-${date}`;
        if (day < since.slice(0, 10)) return;
        yield { folder: join(root, year, month, date), day };
      }
    }
  }
}

/** Returns the names in a folder in code-point order. What stands in its place holds no records, and hides none of the others. */
export function namesIn(folder: string): readonly string[] {
  try {
    return listIfPresent(folder);
  } catch (error) {
    if (["ENOTDIR", "ELOOP"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}

function newestFirst(names: readonly string[], form: RegExp): readonly string[] {
  return names.filter((name) => form.test(name)).toReversed();
}
