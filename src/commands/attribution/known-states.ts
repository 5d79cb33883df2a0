import type { KnownState } from "#gate/attribution/stretches.ts";
import type { AttributionInput, OwnSession } from "./attribution-input.ts";

/** Returns the states of the work tree that are known, the baseline first, the snapshot last. */
export function knownStates({ session, others, snapshot, taken }: AttributionInput): readonly KnownState[] {
  const at = new Date(session.takenAt);
  const between = [session, ...others]
    .flatMap(({ seen }) => seen.map(stateOf))
    .filter((state) => state.at >= at && state.until <= taken.at);
  const mixed = session.why === "signed" || session.why === "followed";
  const first = { tree: session.baseline.tree, at, until: at, mixed };
  return [first, ...between, { tree: snapshot.tree, ...taken }];
}

/**
 * Returns the moment before which everything is in the baseline. One that was put together from a
 * signature was so by the stop that signed, which saw the tree a little later than it was asked to.
 */
export function sinceWhen({ session }: AttributionInput): Date {
  const at = new Date(session.takenAt);
  const signing =
    session.why === "signed" ? session.seen.map(stateOf).find((state) => state.at >= at) : undefined;
  return signing?.at ?? at;
}

function stateOf({ tree, at, until }: OwnSession["seen"][number]): KnownState {
  return { tree, at: new Date(at), until: new Date(until) };
}
