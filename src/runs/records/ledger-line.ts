import * as z from "zod/mini";
import { parseShape } from "#base/json.ts";
import { type Older, readVersioned, type Versioned, type VersionedRead } from "#runs/schema-version.ts";
import { Moment } from "#runs/sessions/session.ts";

/** The id of a run, or of a receipt. It is looked up among the names of files. */
const RecordId = z.string().check(z.regex(/^\d{8}T\d{9}Z-[A-Za-z0-9_-]{1,150}$/));

/** One line of the ledger of runs: a file that was written, or a run that goes. Older forms: `fromFirst`. */
export const LedgerLine = z.strictObject({
  schema: z.literal("countersign/ledger-line/2"),
  /** Which line of the file it is, from 1. */
  n: z.int().check(z.positive()),
  at: Moment,
  /** The id of the run or the receipt that it is about. */
  record: RecordId,
  /** `receipt`: of a review that stands in no session's chain. The others are parts of a run. */
  part: z.enum(["begun", "ended", "receipt", "pruned"]),
  /** SHA-256 of the file's bytes; of `begun.json` for a run that goes; of a receipt as chains have it (`digestOf`). */
  digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** SHA-256 of the line before, without its line feed, whatever stands in it; null for the first. */
  previous: z.nullable(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
});
export type LedgerLine = z.output<typeof LedgerLine>;

const LINE: Versioned<typeof LedgerLine> = { name: "ledger-line", shape: LedgerLine, steps: [fromFirst] };

/**
 * Returns what a line says, whichever version wrote it. Its bytes stay as they are: the next line holds
 * their digest.
 *
 * @throws JsonFault `wrong-shape`
 */
export function readLine(value: unknown): VersionedRead<LedgerLine> {
  return readVersioned(value, LINE);
}

const First = z.looseObject({ run: z.string(), part: z.enum(["begun", "ended", "pruned"]) });

/** The first form knew runs alone, and named them so. */
function fromFirst(older: Older): Older {
  const { run, ...rest } = parseShape(older, First);
  return { ...rest, record: run };
}
