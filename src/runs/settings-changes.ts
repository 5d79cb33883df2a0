import { join } from "node:path";
import * as z from "zod/mini";
import { errorText } from "#base/fault.ts";
import { listIfPresent, readIfPresent, writeOnce } from "#base/files.ts";
import { ChangeId } from "#base/ids.ts";
import { parseJson } from "#base/json.ts";
import { Moment } from "#runs/sessions/session.ts";
import { Watched, type WatchRoot } from "./watched.ts";

/** One statement of a watched file that is another one now; null where there was or is none. */
const FactChange = z.strictObject({
  fact: z.string(),
  was: z.nullable(z.string()),
  is: z.nullable(z.string()),
});
export type FactChange = z.output<typeof FactChange>;

/** A change of what our hooks hang on, which no command of ours made for a person. Written once. */
export const SettingsChange = z.strictObject({
  schema: z.literal("countersign/settings-change/1"),
  id: ChangeId,
  ...Watched.shape,
  changes: z.array(FactChange),
  /** It still said what it had said before at this moment ... */
  since: Moment,
  /** ... and no longer at this one. */
  at: Moment,
  by: z.enum(["session-start", "stop", "keeper", "command"]),
  /** The sessions that lived then. */
  sessions: z.array(z.string()),
});
export type SettingsChange = z.output<typeof SettingsChange>;

/** `said`: a user was told by a hook. `settled`: a person set the hooks up, or took them away, since. */
type Mark = "said" | "settled";

type KnownChange = {
  readonly change: SettingsChange;
  readonly said: boolean;
  readonly settled: boolean;
};

/** Changes, the latest first, and beside them the files that cannot be read. */
export type ChangeList = {
  readonly changes: readonly KnownChange[];
  readonly unreadable: readonly { readonly path: string; readonly detail: string }[];
};

/** Records a change. Returns false where somebody else saw it too and was first. */
export function recordChange(place: WatchRoot, change: Omit<SettingsChange, "schema">): boolean {
  const text = JSON.stringify({ schema: "countersign/settings-change/1", ...change }, null, 2);
  return writeOnce(join(changesFolder(place), `${change.id}.json`), `${text}\n`);
}

/** Marks a change. Returns false where it had the mark already. */
export function markChange(place: WatchRoot, id: string, mark: Mark): boolean {
  return writeOnce(join(changesFolder(place), `${id}.${mark}`), "");
}

/** Returns every recorded change. */
export function listChanges(place: WatchRoot): ChangeList {
  const names = listIfPresent(changesFolder(place));
  const marked = new Set(names);
  const changes: KnownChange[] = [];
  const unreadable: { path: string; detail: string }[] = [];
  for (const name of names.filter((one) => /^[0-9a-f]+\.json$/.test(one))) {
    const path = join(changesFolder(place), name);
    try {
      const change = parseJson(readIfPresent(path) ?? "", SettingsChange);
      const has = (mark: Mark): boolean => marked.has(`${change.id}.${mark}`);
      changes.push({ change, said: has("said"), settled: has("settled") });
    } catch (error) {
      unreadable.push({ path, detail: errorText(error) });
    }
  }
  return { changes: changes.sort((a, b) => (a.change.at < b.change.at ? 1 : -1)), unreadable };
}

/** Returns where the changes lie, and beside each its marks. */
export function changesFolder({ root }: WatchRoot): string {
  return join(root, "settings-changes");
}
