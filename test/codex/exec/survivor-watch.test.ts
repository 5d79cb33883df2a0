import { expect, onTestFinished, test } from "vitest";
import { eventuallyAsync } from "#test/eventually.ts";
import { processesOf } from "#test/processes-of.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { buildWorker, startWorker } from "#test/worker.ts";

async function watched(how: "killed" | "over") {
  const worker = startWorker(await buildWorker("watch-group", scratchFolder()), [how]);
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

test("when whoever runs it is killed, the whole group goes, by no mark at all", async () => {
  const { worker, leader } = await watched("killed");
  expect([groupLives(leader), watchers(leader)]).toEqual([true, 1]);
  worker.process.kill("SIGKILL");
  await worker.ended;
  await eventuallyAsync(
    async () => watchers(leader) === 0 && !groupLives(leader),
    () => "neither the group nor its watcher lives",
  );
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
