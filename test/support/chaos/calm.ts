import { randomUUID } from "node:crypto";
import { existsSync, lstatSync, rmSync } from "node:fs";
import { runCountersign } from "#test/run-countersign.ts";
import { emptyDisk } from "./chaos-world.ts";
import { begin, end, stop } from "./play-session.ts";
import { sessionReceipts } from "./records.ts";
import type { Player, Stage } from "./stage.ts";

/** So often a healthy stop may fail for reasons that the storm left: a slow machine, a server that is just going. */
const TRIES = 4;

/** Clears away what a person would clear away after the storm: a full disk, what stands in git's way, odd settings. */
export function clearUp({ world, work, harm }: Stage): void {
  emptyDisk(world);
  rmSync(world.userConfig, { force: true });
  work.change(() => {
    for (const path of harm.toClear) rmSync(path, { recursive: true, force: true });
    // What was put out of the way meanwhile, and made anew, is a record.
    for (const path of harm.folders) if (isFolder(path)) rmSync(path, { recursive: true, force: true });
  });
}

/** Enough for a healthy review on any machine. A session takes it over when it is resumed. */
const HEALTHY_SECONDS = 60;

/**
 * Goes on with each session as if nothing had been: every bug is mended, something new is done, and
 * the stop has to be reviewed. Returns the sessions of which that cannot be said.
 */
export async function calm(stage: Stage): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const player of stage.players.filter(({ root }) => existsSync(root))) {
    if (!player.hostLives || stage.harm.config || player.deadlineSeconds < HEALTHY_SECONDS) {
      if (!player.hostLives) player.host = stage.world.host();
      player.hostLives = true;
      player.deadlineSeconds = HEALTHY_SECONDS;
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
    if (last?.outcome.kind === "skipped" && last.outcome.why === "paused") await tryAgain(stage);
    said.push(JSON.stringify(last?.outcome ?? (await call.ended).answer ?? (await call.ended).stdout));
  }
  return said.join("; ");
}

/** A person says that the reviewer may be asked again. */
async function tryAgain({ world }: Stage): Promise<void> {
  const { exitCode, stderr } = await runCountersign(["on"], world.env, world.repository.beside);
  if (exitCode !== 0) throw new Error(`\`on\` ended with ${exitCode}: ${stderr}`);
}

/** The stops of the calm are counted from here. */
const CALM = 90;

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
