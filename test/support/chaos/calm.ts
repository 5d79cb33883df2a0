import { randomUUID } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { emptyDisk } from "./chaos-world.ts";
import { begin, end, stop } from "./play-session.ts";
import { sessionReceipts } from "./records.ts";
import type { Player, Stage } from "./stage.ts";

/** So often a healthy stop may fail for reasons that the storm left: a slow machine, a server that is just going. */
const TRIES = 3;

/** Clears away what a person would clear away after the storm: a full disk, what stands in git's way, odd settings. */
export function clearUp({ world, work, harm }: Stage): void {
  emptyDisk(world);
  rmSync(world.userConfig, { force: true });
  work.change(() => {
    for (const path of harm.toClear) rmSync(path, { recursive: true, force: true });
  });
}

/**
 * Goes on with each session as if nothing had been: every bug is mended, something new is done, and
 * the stop has to be reviewed. Returns the sessions of which that cannot be said.
 */
export async function calm(stage: Stage): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const player of stage.players.filter(({ root }) => existsSync(root))) {
    if (!player.hostLives || stage.harm.config) {
      player.host = stage.world.host();
      player.hostLives = true;
      await begin(stage, player, { label: `${player.index}.back`, source: "resume" });
    }
    const seen = await untilReviewed(stage, player);
    if (seen !== undefined) failed.push(`after the storm session ${player.index} is not reviewed: ${seen}`);
  }
  for (const player of stage.players) await end(stage, player);
  return failed;
}

async function untilReviewed(stage: Stage, player: Player): Promise<string | undefined> {
  const said: string[] = [];
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    player.promptId = randomUUID();
    stage.work.mend(player.root);
    stage.work.plant(player.root, false);
    const before = sessionReceipts(stage, player).length;
    const call = await stop(stage, player, `${player.index}.${CALM + attempt}`);
    const [last] = sessionReceipts(stage, player).slice(before);
    if (last?.outcome.kind === "allowed") return undefined;
    said.push(JSON.stringify(last?.outcome ?? (await call.ended).answer ?? (await call.ended).stdout));
  }
  return said.join("; ");
}

/** The stops of the calm are counted from here. */
const CALM = 90;
