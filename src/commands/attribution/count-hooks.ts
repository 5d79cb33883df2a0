import { mayWriteSilently } from "#claude/transcript/may-write-silently.ts";
import { stretchesOf } from "#gate/attribution/stretches.ts";
import type { Sides } from "#gate/attribution/take-sides.ts";
import type { AttributionInput } from "./attribution-input.ts";
import { knownStates } from "./known-states.ts";

/**
 * Returns the sides with what the host's hooks may have written counted as the session's own. The
 * hooks are looked up only where something rests on this session having been at rest.
 */
export function countHooks(input: AttributionInput, sides: Sides, editedOutside: boolean): Sides {
  if (!restMatters(input, sides) || !mayWriteSilently(input.hooks(), editedOutside)) return sides;
  return { ...sides, own: { ...sides.own, unrecorded: true } };
}

/** Of a file that another session wrote whole, the text before is known only from what stood there. */
function restMatters(input: AttributionInput, { own, foreign }: Sides): boolean {
  const changed = stretchesOf(knownStates(input), own).some(
    (stretch) => stretch.foreign && stretch.from.tree !== stretch.to.tree,
  );
  const records = foreign.flatMap(({ work }) => work.records);
  return changed || records.some((record) => record.kind === "edit" && record.edit.kind === "content");
}
