import { closeSync, openSync } from "node:fs";
import type { ChildEnvironment } from "#base/environment.ts";
import { makePrivateDirectory, readIfPresent, replaceFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { isAlive, ProcessIdentity } from "#base/process-identity.ts";
import { DETACH, startApart } from "#base/start-apart.ts";
import type { KeeperRequest, ServerPlace } from "./server-place.ts";
import { requirePrivate } from "./socket-path.ts";

/** How the keeper of one place is started. */
export type KeeperStart = {
  /** The built script (`dist/keeper/keeper.cjs`). */
  readonly script: string;
  readonly environment: ChildEnvironment;
  readonly request: KeeperRequest;
};

/**
 * Starts a keeper and returns at once, without waiting for it. Where one lives already, nothing
 * is started and the answer is `false`; where several are started at once, all but one end again.
 *
 * @throws CodexFault `server-start-failed` where the place is not this user's alone: the keeper
 * would start the program that is named there.
 *
 * The keeper descends from nobody (see `startApart`). It has an environment and output of its own too: the
 * host waits for whoever holds a hook's stdout.
 */
export function startKeeper(place: ServerPlace, start: KeeperStart): boolean {
  if (hasKeeper(place)) return false;
  makePrivateDirectory(place.clients);
  requirePrivate(place.directory);
  const request = JSON.stringify(start.request);
  if (readIfPresent(place.request) !== request) replaceFile(place.request, request);
  // Only ever appended to, so that it can be cut short while it is written to, see `cutLog`.
  const log = openSync(place.log, "a", 0o600);
  try {
    startApart([start.script, `--${DETACH}`, place.directory], {
      cwd: place.directory,
      env: { ...start.environment },
      stdio: ["ignore", log, log],
    });
    return true;
  } finally {
    closeSync(log);
  }
}

/** Returns whether a living keeper holds the place. */
export function hasKeeper(place: ServerPlace): boolean {
  const text = readIfPresent(place.lock);
  if (text === undefined) return false;
  try {
    return isAlive(parseJson(text, ProcessIdentity));
  } catch (error) {
    if (error instanceof JsonFault) return false;
    throw error;
  }
}
