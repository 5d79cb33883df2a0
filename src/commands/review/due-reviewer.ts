import { locateCodex } from "#codex/installation.ts";
import { reviewerKey } from "#codex/reviewer-key.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { codexServer, serverOf } from "#commands/hooks/codex-server.ts";
import type { Config } from "#gate/config.ts";
import type { Pause } from "#gate/failure/pause.ts";
import type { AskedReviewer } from "#runs/receipts/receipt.ts";
import { breakerNow, type OpenBreaker } from "./breaker-now.ts";
import { budgetNow } from "./budget-now.ts";
import type { ReviewPlace, ReviewTask } from "./review-task.ts";

/** Who would review now, and why that one is not to be asked, where it is not. */
export type DueReviewer = {
  readonly options: ServerOptions;
  readonly reviewer: AskedReviewer;
  readonly pause: Pause | undefined;
};

/**
 * Returns who would review. While that one's failures say that it cannot answer, no process is
 * started, not even to ask for its version: the receipts name it. Where a person insists it is.
 *
 * @throws CodexFault `codex-missing`, `codex-unusable` or `codex-too-old`, or `signal`'s reason.
 */
export async function dueReviewer(
  { place, config, insists }: Pick<ReviewTask, "place" | "config" | "insists">,
  signal: AbortSignal,
): Promise<DueReviewer> {
  const { codex, key, breaker } = openBreaker(place, config);
  const options =
    breaker === undefined || insists
      ? await codexServer(place, config, signal)
      : serverOf(place, config, { ...codex, version: breaker.version });
  const reviewer = { key, version: options.installation.version, retriedAfter: null };
  const pause = breaker?.pause ?? budgetNow(place.locations, config, Date.now());
  return { options, reviewer, pause };
}

/**
 * Returns whether the one who would review is not asked for now: then there is no use in starting it.
 *
 * @throws CodexFault `codex-missing` or `codex-unusable`.
 */
export function isPaused(place: ReviewPlace, config: Config): boolean {
  return openBreaker(place, config).breaker !== undefined;
}

type Looked = {
  readonly codex: ReturnType<typeof locateCodex>;
  readonly key: string;
  readonly breaker: OpenBreaker | undefined;
};

/** By the clock of now: the stop may have waited for another one since it began. */
function openBreaker({ environment, locations }: ReviewPlace, config: Config): Looked {
  const codex = locateCodex(environment);
  const key = reviewerKey(codex.path, environment, config.model);
  return { codex, key, breaker: breakerNow(locations, key, Date.now()) };
}
