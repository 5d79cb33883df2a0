import * as z from "zod/mini";
import { isOurs } from "#claude/own-hook.ts";

/** The hooks that one file registers, by their event as settings have them, or that they cannot be known. */
export type HookPlace =
  | { readonly kind: "events"; readonly events: Readonly<Record<string, unknown>> }
  | { readonly kind: "unknown" };

const Group = z.looseObject({ matcher: z.optional(z.unknown()), hooks: z.array(z.unknown()) });
const Hook = z.looseObject({ async: z.optional(z.unknown()), asyncRewake: z.optional(z.unknown()) });

const TOOL_EVENTS: ReadonlySet<string> = new Set(["PreToolUse", "PostToolUse", "PostToolUseFailure"]);
/** A call of these may write anywhere, and counts wherever it did. */
const ANYWHERE = ["Bash", "MultiEdit"];
const RECORDED_ANYWHERE: ReadonlySet<string> = new Set(ANYWHERE);
const RECORDED: ReadonlySet<string> = new Set([...ANYWHERE, "Edit", "Write", "NotebookEdit"]);

/**
 * Returns whether a hook that is not ours may write while no call of a writing tool is on record: a
 * hook that succeeds and prints nothing leaves no trace in the transcript (seen in Claude Code
 * 2.1.330). Only one that waits for nothing but such calls, and that the host waits for, is known
 * to have run with one. Where the session edited files outside of the work tree, of which there is
 * no record in it, those edits may have started the hooks of the edit tools.
 */
export function mayWriteSilently(places: readonly HookPlace[], editedOutside: boolean): boolean {
  const recorded = editedOutside ? RECORDED_ANYWHERE : RECORDED;
  return places.some(
    (place) =>
      place.kind === "unknown" ||
      Object.entries(place.events).some(
        ([event, groups]) =>
          Array.isArray(groups) && groups.some((group) => isSilent(event, group, recorded)),
      ),
  );
}

/** A group of another shape runs nothing. A matcher that is more than names joined by bars is a pattern. */
function isSilent(event: string, value: unknown, recorded: ReadonlySet<string>): boolean {
  const group = Group.safeParse(value);
  if (!group.success) return false;
  const others = group.data.hooks.flatMap((hook) => {
    const parsed = Hook.safeParse(hook);
    return parsed.success && !isOurs(hook) ? [parsed.data] : [];
  });
  const { matcher } = group.data;
  if (!TOOL_EVENTS.has(event) || typeof matcher !== "string") return others.length > 0;
  if (!matcher.split("|").every((tool) => recorded.has(tool))) return others.length > 0;
  return others.some(({ async, asyncRewake }) => isOn(async) || isOn(asyncRewake));
}

function isOn(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}
