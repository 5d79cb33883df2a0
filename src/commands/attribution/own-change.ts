import { attribute } from "#gate/attribution/attribution.ts";
import { stretchesOf } from "#gate/attribution/stretches.ts";
import { type OtherSession, type Sides, takeSides } from "#gate/attribution/take-sides.ts";
import { shownPath } from "#git/path-bytes.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { adjustedBaseline } from "./adjusted-baseline.ts";
import type { AttributionInput } from "./attribution-input.ts";
import { countHooks } from "./count-hooks.ts";
import { knownStates, sinceWhen } from "./known-states.ts";
import { changedEntries, readChanges } from "./read-changes.ts";
import { otherWork, ownWork } from "./tool-work.ts";

/** A session's own part of what changed in its work tree. */
export type OwnChange = {
  /** The given one with the work of others in it; the given one itself where nothing is left out. */
  readonly baseline: Snapshot;
  /** `by` names a session, or several, or `outside of any session`. */
  readonly leftOut: readonly { readonly path: string; readonly by: string }[];
  /** What is to be reviewed, and may not be this session's work. */
  readonly uncertain: readonly { readonly path: string; readonly why: string }[];
};

/** With more than this nothing is told apart any more, which is then said of each file. */
const MAX_STRETCHES = 300;
const MAX_RECORDS = 5_000;

/**
 * Returns what of a change is the session's own: all of it that cannot be proved to be another's.
 * Where no other session was at work since the baseline, and this one was all the time, that is
 * found out without looking into any file.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function ownChange(input: AttributionInput, signal: AbortSignal): Promise<OwnChange> {
  const { session, snapshot, tree } = input;
  const all = { baseline: session.baseline, leftOut: [], uncertain: [] };
  if (session.baseline.tree === snapshot.tree) return all;
  const since = sinceWhen(input);
  const others = await otherWork(input, since, signal);
  const sides = await sidesOf(input, others, signal);
  const stretches = stretchesOf(knownStates(input), sides.own);
  const apart = stretches.some(({ foreign }) => foreign) || sides.own.unrecorded === true;
  if (others.length === 0 && !apart) return all;

  const entries = await changedEntries(input, signal);
  const records = sides.foreign.reduce((sum, { work }) => sum + work.records.length, 0);
  const changes =
    stretches.length > MAX_STRETCHES || records > MAX_RECORDS
      ? undefined
      : await readChanges(input, { entries, stretches, sides }, signal);
  if (changes === undefined) {
    const uncertain = entries.map(({ path }) => ({ path: shownPath(path), why: NOT_TOLD }));
    return { ...all, uncertain: others.length === 0 ? [] : uncertain };
  }
  const { adjusted, leftOut, uncertain } = attribute({ ...changes, sides, since });
  return {
    baseline: await adjustedBaseline(tree, session.baseline, adjusted, signal),
    leftOut: leftOut.map(({ path, by }) => ({ path: shownPath(path), by })),
    uncertain: uncertain.map(({ path, why }) => ({ path: shownPath(path), why })),
  };
}

async function sidesOf(
  input: AttributionInput,
  others: readonly OtherSession[],
  signal: AbortSignal,
): Promise<Sides> {
  const own = await ownWork(input, others, signal);
  return countHooks(input, takeSides(own, others), own.editedOutside);
}

const NOT_TOLD = "other sessions worked here, too much of it to tell the work apart";
