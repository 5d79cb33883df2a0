import { clip, count, oneLine } from "#base/text.ts";
import { type FactChange, listChanges, markChange, type SettingsChange } from "#runs/settings-changes.ts";
import type { WatchRoot } from "#runs/watched.ts";

const NAMED = 5;
const LONGEST_VALUE = 80;

/**
 * Returns what the user has not read yet of changes to what the hooks hang on; empty where there is
 * nothing. What is `read` (somebody sits in front of the session) is not said again.
 */
export function saySettingsChanges(
  place: WatchRoot,
  { command, read }: { readonly command: string; readonly read: boolean },
): readonly string[] {
  const unsaid = listChanges(place).changes.filter(({ said, settled }) => !said && !settled);
  const fresh = unsaid.map(({ change }) => change).filter(({ id }) => !read || markChange(place, id, "said"));
  if (fresh.length === 0) return [];
  // The latest are named, in the order in which they came.
  const named = fresh.slice(0, NAMED).toReversed().map(settingsChangeText);
  const more = fresh.length > NAMED ? [`and ${count(fresh.length - NAMED, "change")} more`] : [];
  return [
    `what the gate hangs on was changed, and not by setup: ${[...named, ...more].join("; ")}. If it was not you: \`${command} setup\` in a terminal of your own mends the hooks, \`${command} status\` shows what was changed.`,
  ];
}

/** Returns one change in words: when, which file, what it said and says. */
export function settingsChangeText({ at, kind, path, changes, sessions }: SettingsChange): string {
  const during = sessions.length === 0 ? "" : " while a session ran";
  const what = changes.slice(0, NAMED).map(factText);
  const more = changes.length > NAMED ? [`and ${changes.length - NAMED} more`] : [];
  return `${placeOf({ kind, path })} ${[...what, ...more].join(", ")} (seen ${at.slice(0, 16).replace("T", " ")} UTC${during})`;
}

function placeOf({ kind, path }: Pick<SettingsChange, "kind" | "path">): string {
  if (kind === "programs") return "on PATH";
  return kind === "launcher" ? `in the launcher's folder ${oneLine(path)}` : `in ${oneLine(path)}`;
}

function factText({ fact, was, is }: FactChange): string {
  const name = oneLine(fact.slice(fact.indexOf(".") + 1));
  if (fact.startsWith("hooks.")) return `our ${name} hook was ${is === null ? "taken out" : "changed"}`;
  if (fact.startsWith("others."))
    return `another program was put beside the gate at ${name}, which can end a turn past it`;
  if (fact.startsWith("launcher.")) return `${name} was ${is === null ? "taken away" : "changed"}`;
  if (fact === "file") return "nothing can be read any more";
  if (is === null) return `${name} is no longer set (was ${valueText(was)})`;
  return was === null
    ? `${name} is set to ${valueText(is)}`
    : `${name} is ${valueText(is)} (was ${valueText(was)})`;
}

function valueText(value: string | null): string {
  return clip(oneLine(value ?? "nothing"), LONGEST_VALUE);
}
