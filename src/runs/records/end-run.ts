import { sha256 } from "#base/digest.ts";
import { writeOnce } from "#base/files.ts";
import { parseShape } from "#base/json.ts";
import { StateFault } from "#runs/fault.ts";
import type { Locations } from "#runs/locations.ts";
import type { RunUnderWay } from "./begin-run.ts";
import { endedFile } from "./run-files.ts";
import { enterFile } from "./run-ledger.ts";
import { RunEnded } from "./run-record.ts";

/** What is known at the end of a run. */
export type EndDraft = Omit<RunEnded, "schema" | "id" | "begun">;

/**
 * Puts on record how a run ended, with its line in the ledger, and returns the record and its digest. A
 * run of which that fails is no ended one, whatever it did.
 *
 * @throws LockFault where the ledger is held until `signal` fires.
 * @throws StateFault what the file system refuses, or `state-corrupt` where its end is on record already.
 */
export async function endRun(
  locations: Locations,
  run: RunUnderWay,
  draft: EndDraft,
  signal: AbortSignal,
): Promise<{ readonly ended: RunEnded; readonly digest: string }> {
  const own = { schema: "countersign/run-ended/1", id: run.id, begun: run.digest };
  const ended = parseShape({ ...own, ...draft }, RunEnded);
  const text = `${JSON.stringify(ended, null, 2)}\n`;
  const path = endedFile(run);
  const entry = { at: draft.at, record: run.id, part: "ended", digest: sha256(text) } as const;
  const isNew = await enterFile(locations, entry, { path, write: () => writeOnce(path, text) }, signal);
  if (!isNew) throw new StateFault({ kind: "state-corrupt", path, detail: "its name is already taken" });
  return { ended, digest: entry.digest };
}
