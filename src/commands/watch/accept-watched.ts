import type { SettingsPaths } from "#claude/settings.ts";
import { askerOf } from "#commands/asker.ts";
import type { Call } from "#commands/command.ts";
import type { Locations } from "#runs/locations.ts";
import { listChanges, markChange } from "#runs/settings-changes.ts";
import type { Watched } from "#runs/watched.ts";
import { acceptWatched } from "./look-at-watched.ts";
import { watchedFiles } from "./watched-files.ts";

/**
 * Takes the settings as they are now for right, after a person's `setup` or `remove`, and settles what
 * was seen to change in them before. What was told of other folders' files, which may be gone, is settled
 * with it: nothing else ever would. What an agent's shell set up stays to be told.
 */
export function acceptSetup(call: Call, locations: Locations, settings: SettingsPaths): void {
  if (askerOf(call, locations).by !== "terminal") return;
  const watched = watchedFiles(settings, locations, { HOME: call.home, ...call.environment });
  accept(locations, watched, call.now, "");
  for (const { change, said, settled } of listChanges(locations).changes) {
    if (said && !settled) markChange(locations, change.id, "settled");
  }
}

/**
 * Takes our own configuration for right, after a person switched the gate. What changed before stays to be
 * told, and so does a switch without a terminal: it may act where no session lives, but a job that an
 * agent left behind looks the same.
 */
export function acceptConfiguration(call: Call, locations: Locations): void {
  if (askerOf(call, locations).by !== "terminal" || !call.descent().terminal) return;
  const watched = { kind: "configuration", path: locations.userConfig } as const;
  accept(locations, [watched], call.now, call.now.toISOString());
}

/** The keeper may have seen the change in the moment before it was accepted. */
function accept(locations: Locations, all: readonly Watched[], at: Date, since: string): void {
  acceptWatched(locations, all, at);
  for (const { change, settled } of listChanges(locations).changes) {
    const isMeant = all.some(({ kind, path }) => kind === change.kind && path === change.path);
    if (isMeant && !settled && change.at >= since) markChange(locations, change.id, "settled");
  }
}
