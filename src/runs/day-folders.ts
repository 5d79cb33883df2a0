import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { listIfPresent } from "#base/files.ts";
import type { Locations } from "./locations.ts";
import { newestNames } from "./newest-names.ts";

/** Something that lies in the folder of its day (UTC). */
export type DayName = { readonly name: string; readonly folder: string; readonly day: string };

/** The folders of a year, a month and a day. What else lies there is nobody's record. */
const [YEAR, MONTH, DAY] = [/^\d{4}$/, /^(?:0[1-9]|1[0-2])$/, /^(?:0[1-9]|[12]\d|3[01])$/] as const;

/**
 * Yields the names that lie in the folders of their days, the latest first, as far as `isOne` takes them
 * for records. Days before `since` (ISO 8601) are left out, and no day is listed before it is needed.
 */
export function* namesByDay(
  locations: Locations,
  of: "receipts" | "runs",
  { isOne, since = "" }: { readonly isOne: (name: string) => boolean; readonly since?: string | undefined },
): Generator<DayName> {
  for (const { folder, day } of dayFolders(locations[of])) {
    if (day < since.slice(0, 10)) return;
    for (const name of newestNames(locations, folder, isOne)) yield { name, folder, day };
  }
}

function* dayFolders(root: string): Generator<{ readonly folder: string; readonly day: string }> {
  for (const year of newestFirst(root, YEAR)) {
    for (const month of newestFirst(join(root, year), MONTH)) {
      for (const day of newestFirst(join(root, year, month), DAY)) {
        yield { folder: join(root, year, month, day), day: `${year}-${month}-${day}` };
      }
    }
  }
}

/** What stands in a folder's place holds no records, and hides none of the others. */
function newestFirst(folder: string, form: RegExp): readonly string[] {
  try {
    return listIfPresent(folder)
      .filter((name) => form.test(name))
      .toReversed();
  } catch (error) {
    if (["ENOTDIR", "ELOOP"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}
