import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { listIfPresent } from "#base/files.ts";
import { serverPlace } from "#codex/server/server-place.ts";
import { hasKeeper } from "#codex/server/start-keeper.ts";
import type { Scratch } from "./scratch.ts";

const LOOK_AGAIN_MS = 100;

/**
 * Resolves when no keeper of the scratch state runs any more: the session is over, so they end by
 * themselves, and their servers with them. Rejects with `signal`'s reason when that takes too long.
 */
export async function untilNothingIsLeft(scratch: Scratch, signal: AbortSignal): Promise<void> {
  const servers = join(scratch.environment["COUNTERSIGN_HOME"] ?? scratch.root, "servers");
  const running = (): boolean =>
    listIfPresent(servers).some((name) => hasKeeper(serverPlace(join(servers, name))));
  while (running()) await delay(LOOK_AGAIN_MS, undefined, { signal });
}
