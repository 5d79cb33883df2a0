import { lutimesSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { SessionId } from "#base/ids.ts";
import type { Locations } from "#runs/locations.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { receiptDraft, sessionId, sessionValue } from "./session-values.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Gives everything below the path, and the path itself, the time of so many days before. */
export function ageFiles(path: string, now: Date, days: number): void {
  const moment = new Date(now.getTime() - days * DAY_MS);
  lutimesSync(path, moment, moment);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) ageFiles(inner, now, days);
    else lutimesSync(inner, moment, moment);
  }
}

/** Writes a session with so many receipts as it would lie there so many days after its last use. */
export async function writeAgedSession(
  locations: Locations,
  { name, now, days, receipts = 2, own = {} }: AgedSession,
): Promise<SessionId> {
  const id = sessionId(name);
  const signal = new AbortController().signal;
  await changeSession(locations, id, () => sessionValue({ session_id: id, ...own }), signal);
  const at = now.getTime() - days * DAY_MS;
  for (let n = 0; n < receipts; n += 1) {
    const draft = receiptDraft({ at: new Date(at - (receipts - n) * 1000).toISOString() });
    await writeReceipt(locations, id, draft, signal);
  }
  lutimesSync(join(locations.sessions, `${name}.json`), new Date(at), new Date(at));
  return id;
}

type AgedSession = {
  readonly name: string;
  readonly now: Date;
  readonly days: number;
  readonly receipts?: number;
  readonly own?: Partial<Session>;
};
