import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { listIfPresent, readIfPresent, writeOnce } from "#base/files.ts";
import { SessionId } from "#base/ids.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { count } from "#base/text.ts";
import type { Locations } from "#runs/locations.ts";
import { readVersioned, type Versioned } from "#runs/schema-version.ts";
import { Moment } from "#runs/sessions/session.ts";

/** What stays of a session that went: that it was there, and how its chain of receipts ended. */
const PrunedSession = z.strictObject({
  session: SessionId,
  why: z.enum(["age", "size"]),
  /** How many receipts there were, and the digest of the last; null where no session file told it. */
  receipts: z.strictObject({ count: z.int().check(z.nonnegative()), head: z.nullable(z.string()) }),
});
export type PrunedSession = z.output<typeof PrunedSession>;

/** Written before anything goes, so that nothing is ever missing without a word. */
const Pruned = z.strictObject({
  schema: z.literal("countersign/pruned/1"),
  at: Moment,
  sessions: z.array(PrunedSession),
});

const PRUNED: Versioned<typeof Pruned> = { name: "pruned", shape: Pruned, steps: [] };

/** A session that was pruned, and when (ISO 8601, UTC). */
export type PrunedChain = PrunedSession & { readonly at: string };

/** Puts on record that these sessions go. */
export function notePruned(locations: Locations, at: Date, sessions: readonly PrunedSession[]): void {
  const moment = at.toISOString();
  const name = `${moment.replace(/[-:.]/g, "")}-${randomUUID().slice(0, 8)}.json`;
  const note = { schema: "countersign/pruned/1", at: moment, sessions };
  writeOnce(join(locations.pruned, name), `${JSON.stringify(note, null, 2)}\n`);
}

/** Returns what was pruned, the oldest first. A note that cannot be read excuses nothing, so it is passed over. */
export function prunedChains(locations: Locations): readonly PrunedChain[] {
  return listIfPresent(locations.pruned)
    .filter((name) => /^\d.*\.json$/.test(name))
    .flatMap((name) => readNote(join(locations.pruned, name)));
}

/** Returns in words what became of a session that is not there any more. */
export function prunedText({ session, at, receipts: { count: number, head } }: PrunedChain): string {
  const last = head === null ? "" : `; the digest of the last one was ${head}`;
  return `session ${session} was pruned on ${at.slice(0, 10)} with its ${count(number, "receipt")}${last}`;
}

function readNote(path: string): readonly PrunedChain[] {
  try {
    const read = readVersioned(parseJson(readIfPresent(path) ?? "", z.unknown()), PRUNED);
    if (read.kind === "newer") return [];
    const { at, sessions } = read.value;
    return sessions.map((session) => ({ ...session, at }));
  } catch (error) {
    if (error instanceof JsonFault || errorCode(error) !== undefined) return [];
    throw error;
  }
}
