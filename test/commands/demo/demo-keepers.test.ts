import { join } from "node:path";
import { expect, test } from "vitest";
import { demoKeepers } from "#commands/demo/demo-keepers.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { lockedKeeper } from "#test/locked-keeper.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const { signal } = new AbortController();

function keepersIn(state: string) {
  return demoKeepers({ environment: { COUNTERSIGN_HOME: state }, root: state });
}

test("a keeper that was seen is waited for, though it has let go of its lock since", async () => {
  const state = scratchFolder();
  const keeper = await lockedKeeper(join(state, "servers"));
  const keepers = keepersIn(state);
  keepers.note();
  keeper.letGo();
  await eventuallyAsync(
    async () => !keeper.holds(),
    () => "it let go of its lock",
  );
  await expect(keepers.untilGone(AbortSignal.timeout(300))).rejects.toThrow();
  expect(keeper.lives()).toBe(true);
  keeper.leave();
  await keepers.untilGone(signal);
  expect(keeper.lives()).toBe(false);
});

test("where none was started nothing is waited for", async () => {
  await keepersIn(scratchFolder()).untilGone(signal);
});
