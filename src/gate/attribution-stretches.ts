import type { ObjectId } from "#base/ids.ts";
import type { ToolRecord } from "#claude/tool-records.ts";
import type { Work } from "./attribution-sessions.ts";
import type { FileState } from "./attribution-state.ts";

/** The work tree as it stood at some moment between two times. */
export type KnownState = {
  readonly tree: ObjectId;
  readonly at: Date;
  readonly until: Date;
  /** Not all of it is of that time: some paths are older, or were put together. */
  readonly mixed?: boolean;
};

/** What lies between two known states that follow each other. */
export type Stretch = {
  readonly from: KnownState;
  readonly to: KnownState;
  /** Nothing that counts as the session's own ran in it: whatever changed is somebody else's. */
  readonly foreign: boolean;
};

/** A stretch, and how the files stood at its ends that differ there. */
export type StretchFiles = Stretch & {
  readonly files: ReadonlyMap<
    string,
    { readonly before: FileState | null; readonly after: FileState | null }
  >;
};

/**
 * Returns the stretches from the first of the states to the last. States that were taken at
 * overlapping times have no order and make no stretch of their own. Stretches that follow each
 * other and are all foreign are one.
 */
export function stretchesOf(states: readonly KnownState[], own: Work): readonly Stretch[] {
  const ordered = inOrder(states);
  const stretches: Stretch[] = [];
  for (const [index, from] of ordered.slice(0, -1).entries()) {
    const to = ordered[index + 1] ?? from;
    const alone = !own.records.some((record) => overlaps(record, from.at, to.until));
    const foreign = own.whole && alone && from.mixed !== true;
    const last = stretches.at(-1);
    if (foreign && last?.foreign === true) stretches.splice(-1, 1, { from: last.from, to, foreign });
    else stretches.push({ from, to, foreign });
  }
  return stretches;
}

/** Returns whether a call was, or may have been, at work between two moments. */
export function overlaps(record: ToolRecord, from: Date, until: Date): boolean {
  return record.at <= until && (record.endedAt === null || record.endedAt >= from);
}

/** The first and the last are what is compared: they stay, whatever lies between. */
function inOrder(states: readonly KnownState[]): readonly KnownState[] {
  const between = states.slice(1, -1).sort((a, b) => a.at.getTime() - b.at.getTime());
  const last = states.at(-1);
  const kept = states.slice(0, 1);
  for (const state of between) {
    const previous = kept.at(-1);
    if (previous === undefined || last === undefined) continue;
    if (state.at >= previous.until && state.until <= last.at) kept.push(state);
  }
  return last === undefined || states.length < 2 ? kept : [...kept, last];
}
