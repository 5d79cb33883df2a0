import { settingsChangeText } from "#commands/watch/say-settings-changes.ts";
import { listChanges } from "#runs/settings-changes.ts";
import { type Check, check, type Examined } from "./check.ts";

const MOST_CHANGES = 10;

/** What was changed in these files while nobody ran setup: it may have been the agent. */
export async function checkChanges({ locations }: Examined): Promise<readonly Check[]> {
  const { changes, unreadable } = listChanges(locations);
  const open = changes.filter(({ settled }) => !settled).map(({ change }) => settingsChangeText(change));
  if (open.length + unreadable.length === 0) return [];
  const detail = [...open, ...unreadable.map(({ path }) => `a record of a change cannot be read: ${path}`)];
  if (open.length === 0) {
    const what = "Records of changes to what the gate hangs on cannot be read";
    const next = "Look at these files, for one may have held a change; what cannot be read may be removed.";
    return [check("changes", "warning", { what, detail: detail.slice(0, MOST_CHANGES), next })];
  }
  const what = "What the gate hangs on was changed, and not by setup";
  const next =
    "Run `countersign setup` in a terminal of your own: it mends the hooks, and takes what else was changed as it is.";
  return [check("changes", "warning", { what, detail: detail.slice(0, MOST_CHANGES), next })];
}
