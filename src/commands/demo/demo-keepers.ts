import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { listIfPresent } from "#base/files.ts";
import { isAlive, ProcessIdentity } from "#base/process-identity.ts";
import { serverPlace } from "#codex/server/server-place.ts";
import { readOwnFile } from "#runs/own-file.ts";
import type { Scratch } from "./scratch.ts";

const LOOK_AGAIN_MS = 100;

/** The keepers of the demo's own state. */
export type DemoKeepers = {
  /** Remembers which run now: a keeper that has let go of its lock still tidies up for a while. */
  note(): void;
  /**
   * Resolves when none runs any more: once the session is over they end by themselves, and their
   * servers with them. Rejects with `signal`'s reason when that takes too long.
   */
  untilGone(signal: AbortSignal): Promise<void>;
};

/** Returns them for a demo whose state lies there. */
export function demoKeepers(scratch: Pick<Scratch, "environment" | "root">): DemoKeepers {
  const servers = join(scratch.environment["COUNTERSIGN_HOME"] ?? scratch.root, "servers");
  const known = new Map<number, ProcessIdentity>();
  const note = (): void => {
    for (const name of listIfPresent(servers)) {
      const keeper = readOwnFile(serverPlace(join(servers, name)).lock, ProcessIdentity);
      if (keeper !== undefined) known.set(keeper.pid, keeper);
    }
  };
  const running = (): boolean => {
    note();
    return [...known.values()].some((keeper) => isAlive(keeper));
  };
  return {
    note,
    async untilGone(signal) {
      while (running()) await delay(LOOK_AGAIN_MS, undefined, { signal });
    },
  };
}
