import { pauseAt } from "#gate/failure/breaker.ts";
import type { BreakerPause } from "#gate/failure/pause.ts";
import type { Locations } from "#runs/locations.ts";
import { attemptsByReviewer, type ReviewerAttempt, recentAttempts } from "#runs/receipts/attempts.ts";
import { readRequests } from "#runs/sessions/requests.ts";

/** A pause, and the version of the Codex that it is about: nobody needs to ask it again. */
export type OpenBreaker = { readonly pause: BreakerPause; readonly key: string; readonly version: string };

/**
 * Returns the pause that a reviewer's recent receipts ask for, or `undefined` where it may be asked.
 * `now` is epoch milliseconds. Requests are read only where there is a pause that one may have ended.
 *
 * @throws where the file system refuses.
 */
export function breakerNow(locations: Locations, key: string, now: number): OpenBreaker | undefined {
  return breakerOf(locations, recentAttempts(locations, key, now), now);
}

/** Returns the pauses of all reviewers that recent receipts name. */
export function openBreakers(locations: Locations, now: number): readonly OpenBreaker[] {
  return [...attemptsByReviewer(locations, now).values()].flatMap(
    (history) => breakerOf(locations, history, now) ?? [],
  );
}

function breakerOf(
  locations: Locations,
  history: readonly ReviewerAttempt[],
  now: number,
): OpenBreaker | undefined {
  const [latest] = history;
  if (latest === undefined || pauseAt(history, now) === undefined) return undefined;
  const pause = pauseAt(history, now, clearedAt(locations, history, now));
  return pause && { pause, key: latest.reviewer.key, version: latest.reviewer.version };
}

/** `countersign on` is a person's word that it should be tried again, or an agent's: it costs one call. */
function clearedAt(
  locations: Locations,
  history: readonly ReviewerAttempt[],
  now: number,
): number | undefined {
  const since = Math.min(
    ...history.flatMap(({ to, result }) => (result.kind === "paused" ? [to, result.pause.since] : [to])),
  );
  const { requests } = readRequests(locations, new Date(since).toISOString());
  return requests
    .filter(({ request }) => request.ask.kind === "on")
    .map(({ request }) => Date.parse(request.at))
    .filter((at) => at <= now)
    .at(-1);
}
