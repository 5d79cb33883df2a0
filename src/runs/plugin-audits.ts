import { join } from "node:path";
import { sha256 } from "#base/digest.ts";
import { errorCode, errorText } from "#base/fault.ts";
import { listIfPresent, readIfPresent, writeOnce } from "#base/files.ts";
import { onState, StateFault } from "./fault.ts";
import type { Locations } from "./locations.ts";

/** What the file name of a recorded audit says. It sorts by time. */
export type AuditName = {
  readonly path: string;
  /** The moment and the first digits of the content's digest. */
  readonly id: string;
  /** Enough of the id to name it again. */
  readonly handle: string;
};

export type AuditSearch =
  | { readonly kind: "found"; readonly name: AuditName }
  | { readonly kind: "none" }
  /** More than one begins or ends like that, the latest first. */
  | { readonly kind: "ambiguous"; readonly ids: readonly string[] };

const NAME = /^(?<id>\d{8}T\d{9}Z-(?<handle>[0-9a-f]{12}))\.json$/;
const [YEAR, MONTH, DAY] = [/^\d{4}$/, /^(?:0[1-9]|1[0-2])$/, /^(?:0[1-9]|[12]\d|3[01])$/] as const;
const DIGITS = 12;

/**
 * Keeps an audit of plugins, write-once, in a folder by its day (UTC). The same content of the same
 * moment is kept once.
 *
 * @throws StateFault where the file system refuses.
 */
export async function keepAudit(locations: Locations, text: string, at: Date): Promise<AuditName> {
  const moment = at.toISOString();
  const handle = sha256(text).slice(0, DIGITS);
  const id = `${moment.replace(/[-:.]/g, "")}-${handle}`;
  const path = join(locations.audits, ...moment.slice(0, 10).split("-"), `${id}.json`);
  return await onState(async () => {
    if (!writeOnce(path, text) && readIfPresent(path) !== text) {
      throw new StateFault({ kind: "state-corrupt", path, detail: "its name is already taken" });
    }
    return { path, id, handle };
  });
}

/**
 * Returns the recorded audit that the text means: its whole id, the only one whose id begins or ends
 * with it, or the latest one for `last`. None is opened.
 */
export function findAudit(locations: Locations, text: string): AuditSearch {
  const alike: AuditName[] = [];
  for (const name of auditNames(locations)) {
    if (name.id === text || text === "last") return { kind: "found", name };
    if (name.id.startsWith(text) || name.id.endsWith(text)) alike.push(name);
  }
  const [name] = alike;
  if (name === undefined) return { kind: "none" };
  return alike.length === 1 ? { kind: "found", name } : { kind: "ambiguous", ids: alike.map(({ id }) => id) };
}

/** Yields the names of all recorded audits, the latest first. */
export function* auditNames({ audits }: Pick<Locations, "audits">): Generator<AuditName> {
  for (const year of newestFirst(audits, YEAR)) {
    for (const month of newestFirst(join(audits, year), MONTH)) {
      for (const day of newestFirst(join(audits, year, month), DAY)) {
        const folder = join(audits, year, month, day);
        for (const file of newestFirst(folder, NAME)) {
          const { id, handle } = NAME.exec(file)?.groups ?? {};
          if (id !== undefined && handle !== undefined) yield { path: join(folder, file), id, handle };
        }
      }
    }
  }
}

/** What stands in a folder's place holds no audits, and hides none of the others. */
function newestFirst(folder: string, form: RegExp): readonly string[] {
  try {
    return listIfPresent(folder)
      .filter((name) => form.test(name))
      .toReversed();
  } catch (error) {
    if (["ENOTDIR", "ELOOP"].includes(errorCode(error) ?? "")) return [];
    throw new StateFault({ kind: "state-unwritable", detail: errorText(error) }, { cause: error });
  }
}
