import { join } from "node:path";
import { sha256 } from "#base/digest.ts";
import { readIfPresent, writeOnce } from "#base/files.ts";
import { dayFolders, namesIn } from "./day-folders.ts";
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

const NAME = /^(?<id>\d{8}T\d{9}Z-(?<handle>[0-9a-f]{12}))\.json$/;
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

/** Yields the names of all recorded audits, the latest first. None is opened. */
export function* auditNames({ audits }: Pick<Locations, "audits">): Generator<AuditName> {
  for (const { folder } of dayFolders(audits)) {
    for (const file of namesIn(folder).toReversed()) {
      const { id, handle } = NAME.exec(file)?.groups ?? {};
      if (id !== undefined && handle !== undefined) yield { path: join(folder, file), id, handle };
    }
  }
}
