import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { watchForSurvivors } from "#codex/exec/survivor-watch.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { processesOf } from "#test/processes-of.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { buildWorker, startWorker } from "#test/worker.ts";

async function watched(how: "killed" | "over", folders: readonly string[] = []) {
  const worker = startWorker(await buildWorker("watch-group", scratchFolder()), [how, ...folders]);
  await worker.printed(1);
  const leader = Number(worker.lines[0]);
  onTestFinished(() => {
    if (groupLives(leader)) process.kill(-leader, "SIGKILL");
  });
  return { worker, leader };
}

/** The leader itself: it bears its own command line, which a zombie does not. */
function groupLives(leader: number): boolean {
  return processesOf("sleep 613 & wait").some(({ pid }) => pid === leader);
}

function watchers(leader: number): number {
  return processesOf("countersign-watch").filter(({ command }) => command.includes(` ${leader} `)).length;
}

test("when whoever runs it is killed, the whole group goes, by no mark at all, and the empty folders that it left", async () => {
  const place = scratchFolder();
  const [empty, kept] = [join(place, "it's -e.git"), join(place, ".agents")];
  for (const folder of [empty, join(kept, "mine")]) mkdirSync(folder, { recursive: true });
  const { worker, leader } = await watched("killed", [empty, kept, join(place, "absent")]);
  expect([groupLives(leader), watchers(leader)]).toEqual([true, 1]);
  worker.process.kill("SIGKILL");
  await worker.ended;
  await eventuallyAsync(
    async () => watchers(leader) === 0 && !groupLives(leader),
    () => "neither the group nor its watcher lives",
  );
  expect(readdirSync(place)).toEqual([".agents"]);
});

test("a run that is over is left alone, and so is its watcher", async () => {
  const { worker, leader } = await watched("over");
  await worker.ended;
  await eventuallyAsync(
    async () => watchers(leader) === 0,
    () => "the watcher is gone",
  );
  expect(groupLives(leader)).toBe(true);
});

test("that a run is over is said only once its watcher has gone", async () => {
  const mark = `a mark of ${process.pid}`;
  const watch = watchForSurvivors(4_194_305, { mark, mountPoints: [] });
  const [watcher] = processesOf(mark);
  if (watcher === undefined) throw new Error("there is no watcher");
  process.kill(watcher.pid, "SIGSTOP");
  const over = watch.over().then(() => "over");
  expect(await Promise.race([over, delay(200, "waits")])).toBe("waits");
  process.kill(watcher.pid, "SIGCONT");
  expect(await over).toBe("over");
  expect(processesOf(mark)).toEqual([]);
});
