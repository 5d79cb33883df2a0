import type { SessionName, World } from "./story-world.ts";

/** Ends what a session has running. */
export function closeShell(world: World, who: SessionName): void {
  for (const call of world.sessions[who].calls) {
    if (call.kind === "shell" && call.endedAt === null) call.endedAt = world.now + 1;
  }
}
