import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { locationsOf } from "#runs/locations.ts";
import { callCommand } from "#test/call-command.ts";
import type { LaidOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { layOutThree } from "#test/plugins/three-plugins.ts";

const at = (commit: string) => ({ repository: "lab/mkt", commit });
const NAMES = ["alpha", "beta", "gamma"].map((name) => `${name}@labmkt`);

/** The marketplace as Claude Code clones it: the recorded commit is not there. */
function shallow(from: "one" | "three"): LaidOutPlugins {
  const records = NAMES.map((id) => [id, [{ version: "1.0.0", commit: at("one") }]] as const);
  const world = layOutThree({
    marketplaces: [{ name: "labmkt", repository: "lab/mkt" }],
    records: Object.fromEntries(records),
    caches: NAMES.map((plugin) => ({ plugin, version: "1.0.0", from: at(from) })),
  });
  onTestFinished(() => world.remove());
  return world;
}

async function audit(world: LaidOutPlugins, words: readonly string[] = []) {
  const locations = locationsOf({ COUNTERSIGN_HOME: join(world.root, "state") }, world.home, "linux");
  return await callCommand(locations, ["audit", "plugins", ...words], {
    home: world.home,
    cwd: world.projectPath("app"),
    environment: { PATH: process.env["PATH"], CLAUDE_CONFIG_DIR: world.configDirectory },
  });
}

function numberOf(part: string, text: string): number {
  return text.split(part).length - 1;
}

test("what one history would tell is one line for its marketplace", async () => {
  const world = shallow("three");
  const { stdout } = await audit(world);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    `labmkt: the records of 3 plugins name commits that are not here: alpha, beta, gamma`,
  );
  expect(numberOf("[record-unproven]", stdout)).toBe(1);
  expect((await audit(world, ["--wide"])).stdout).toContain("[record-unproven], 3 times");
});

test("files that no commit of a cut history explains are one line too", async () => {
  const { stdout } = await audit(shallow("one"));
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    "labmkt: the files of 2 plugins were matched with no commit",
  );
  expect(numberOf("the history between the two is not here", stdout.replaceAll(/\s+/g, " "))).toBe(1);
});

test("that a plugin is not loaded is not said beside why", async () => {
  const world = layOutThree();
  onTestFinished(() => world.remove());
  rmSync(world.cachePath("beta@labmkt", "1.0.0"), { recursive: true });
  const { stdout } = await audit(world, ["beta"]);
  expect(stdout).toContain("[record-points-nowhere]");
  expect(stdout).not.toContain("[enabled-not-loaded]");
  expect((await audit(world, ["beta", "--json"])).stdout).toContain('"kind": "enabled-not-loaded"');
});

test("what is wrong comes before what is old, and a false record is told once", async () => {
  const world = layOutThree();
  onTestFinished(() => world.remove());
  const { stdout } = await audit(world);
  const kinds = [...stdout.matchAll(/\[([a-z-]+)\]/g)].map(([, kind]) => kind);
  expect(kinds).toEqual(["false-record", "marketplace-ahead"]);
});
