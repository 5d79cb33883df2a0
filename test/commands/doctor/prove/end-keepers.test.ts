import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { endKeepers } from "#commands/doctor/prove/end-keepers.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { lockedKeeper } from "#test/locked-keeper.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

test("a keeper that has let go of its lock is waited for until its process has gone", async () => {
  const servers = scratchFolder();
  const keeper = await lockedKeeper(servers);
  let isOver = false;
  const ending = endKeepers(servers).then(() => {
    isOver = true;
  });
  await eventuallyAsync(
    async () => !keeper.holds(),
    () => "it was told to end",
  );
  // Twice as long as it takes to look again.
  await delay(100);
  expect([keeper.lives(), isOver]).toEqual([true, false]);
  keeper.leave();
  await ending;
  expect(keeper.lives()).toBe(false);
});

test("where nobody keeps a server nothing is waited for", async () => {
  await endKeepers(scratchFolder());
});
