import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { auditIn } from "#test/plugins/audited-plugins.ts";
import type { LaidOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { layOutThree } from "#test/plugins/three-plugins.ts";

let world: LaidOutPlugins;

beforeEach(() => {
  world = layOutThree();
});

afterEach(() => world.remove());

/** Has the host's file say that the clone is another folder. */
function moveClone(directory: string): void {
  const path = join(world.pluginsDirectory, "known_marketplaces.json");
  const known = readFileSync(path, "utf8");
  writeFileSync(path, known.replaceAll(world.marketplacePath("labmkt"), directory));
}

test.each(["broken", "edited"])(
  "a %s clone that is the user's own folder: no command removes it",
  async (how) => {
    const mine = join(world.home, "my work");
    if (how === "broken") mkdirSync(join(mine, ".git"), { recursive: true });
    else cpSync(world.marketplacePath("labmkt"), mine, { recursive: true });
    writeFileSync(join(mine, "unsaved.txt"), "");
    moveClone(mine);
    const { stdout } = await auditIn(world, "app", []);
    expect(stdout).toContain(`[clone-${how}]`);
    expect(stdout).not.toMatch(/rm -rf|reset --hard/);
  },
);

test("a command with quotes is printed so that a shell finds the path in it", async () => {
  const clone = join(world.pluginsDirectory, "marketplaces", "lab mkt");
  mkdirSync(join(clone, ".git"), { recursive: true });
  moveClone(clone);
  const { stdout } = await auditIn({ ...world, home: world.root }, "app", []);
  expect(stdout).toContain(`rm -rf -- '${clone}' && claude plugin marketplace update labmkt`);
});
