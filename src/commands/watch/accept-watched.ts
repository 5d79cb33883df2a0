import type { SettingsPaths } from "#claude/settings.ts";
import { liveLeases } from "#codex/server/lease.ts";
import { askerOf } from "#commands/asker.ts";
import type { Call } from "#commands/command.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import { listChanges, markChange } from "#runs/settings-changes.ts";
import { withWatchLock } from "#runs/watched.ts";
import { acceptWatched, lookAtWatched } from "./look-at-watched.ts";
import { watchedFiles } from "./watched-files.ts";

/**
 * Runs a person's `setup` or `remove`, takes the settings as they are then for right, and settles what
 * was seen to change in them before. What was told of other folders' files, which may be gone, is settled
 * with it: nothing else ever would. What an agent's shell set up stays to be told.
 */
export async function settingUp<T>(call: Call, settings: SettingsPaths, work: () => Promise<T>): Promise<T> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  if (askerOf(call, locations).by !== "terminal") return await work();
  return await withWatchLock(locations, call.signal, async () => {
    const done = await work();
    const watched = watchedFiles(settings, locations, { HOME: call.home, ...call.environment });
    acceptWatched(locations, watched, call.now);
    for (const { change, said, settled } of listChanges(locations).changes) {
      const isMeant = watched.some(({ kind, path }) => kind === change.kind && path === change.path);
      if ((said || isMeant) && !settled) markChange(locations, change.id, "settled");
    }
    return done;
  });
}

/**
 * Runs the change of our own configuration with which a person switches the gate, and takes what it
 * says then for right. What changed before stays to be told, and so does a switch without a terminal:
 * it may act where no session lives, but a job that an agent left behind looks the same.
 */
export async function switching(call: Call, locations: Locations, work: () => Promise<void>): Promise<void> {
  if (askerOf(call, locations).by !== "terminal" || !call.descent().terminal) return await work();
  const watched = [{ kind: "configuration", path: locations.userConfig }] as const;
  await withWatchLock(locations, call.signal, async () => {
    const sessions = [...new Set(liveLeases(locations.leases).map(({ sessionId }) => sessionId))];
    lookAtWatched(locations, watched, { by: "command", sessions, at: call.now, begins: false });
    await work();
    acceptWatched(locations, watched, call.now);
  });
}
