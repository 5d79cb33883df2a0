import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
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

test("no password, token or terminal code of an address or a name is printed, in any form", async () => {
  const path = join(world.pluginsDirectory, "known_marketplaces.json");
  const known = parseJson(readFileSync(path, "utf8"), z.looseObject({}));
  const source = { source: "git", url: "https://tok:s3cr3t@host.example/x.git?token=s3cr3t" };
  const installLocation = world.marketplacePath("labmkt");
  writeFileSync(
    path,
    JSON.stringify({ ...known, "\u001b[31m\u009b31m\u202em": { source, installLocation } }),
  );
  for (const words of [[], ["--wide"], ["--json"], ["--markdown"]]) {
    const { stdout } = await auditIn(world, "app", words);
    expect(stdout).not.toMatch(/s3cr3t|[^\P{Cc}\n\t]|\u202e/u);
    if (words[0] === "--markdown") expect(stdout).toContain("git https://host.example/x.git");
  }
});
