import type { ObjectId } from "#base/ids.ts";
import type { ToolRecord } from "#claude/transcript/tool-records.ts";
import type { FileState } from "./file-state.ts";
import type { Work } from "./take-sides.ts";

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
  const stretches: Stretch[] = [];
  for (const [from, to] of pairsOf(inOrder(states))) {
    const alone = !own.records.some((record) => overlaps(record, from.at, to.until));
    const foreign = own.whole && own.unrecorded !== true && alone && from.mixed !== true;
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

function pairsOf<T>(values: readonly T[]): readonly (readonly [T, T])[] {
  return values
    .slice(1)
    .flatMap((to, index) => values.slice(index, index + 1).map((from) => [from, to] as const));
}

/** The first and the last are what is compared: they stay, whatever lies between. */
function inOrder(states: readonly KnownState[]): readonly KnownState[] {
  const [first, ...others] = states;
  const last = others.pop();
  if (first === undefined || last === undefined) return [];
  others.sort((a, b) => a.at.getTime() - b.at.getTime());
  const kept = [first];
  let until = first.until;
  for (const state of others) {
    if (state.at < until || state.until > last.at) continue;
    kept.push(state);
    until = state.until;
  }
  return [...kept, last];
}
