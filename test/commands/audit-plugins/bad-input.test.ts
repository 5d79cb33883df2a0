import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { auditedPlugins, auditIn } from "#test/plugins/audited-plugins.ts";
import type { LaidOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { layOutThree } from "#test/plugins/three-plugins.ts";

let world: LaidOutPlugins;
let kept: string;

beforeAll(() => {
  world = layOutThree();
  kept = `${world.configDirectory}-kept`;
  cpSync(world.configDirectory, kept, { recursive: true });
});

beforeEach(() => {
  rmSync(world.configDirectory, { recursive: true, force: true });
  cpSync(kept, world.configDirectory, { recursive: true });
});

afterAll(() => world.remove());

const MANIFEST = "plugins/marketplaces/labmkt/.claude-plugin/marketplace.json";
const FILES = [
  "settings.json",
  "plugins/installed_plugins.json",
  "plugins/known_marketplaces.json",
  MANIFEST,
];

const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  empty: (path) => truncateSync(path, 0),
  truncated: (path) => truncateSync(path, readFileSync(path).length - 3),
  "another shape": (path) => writeFileSync(path, '"a text"'),
  "a folder": (path) => {
    rmSync(path);
    mkdirSync(path);
  },
  missing: (path) => rmSync(path),
};

/** An empty settings file is one without settings to the host. */
const HARMLESS = ["settings.json empty"];

test.each(FILES.flatMap((file) => Object.keys(DAMAGES).map((damage) => ({ file, damage }))))(
  "$file $damage: nothing is in sync, and the command says so",
  async ({ file, damage }) => {
    DAMAGES[damage]?.(join(world.configDirectory, file));
    const { code, audit } = await auditedPlugins(world);
    const kinds = audit.plugins.map(({ consistency }) => consistency.kind);
    expect(kinds).not.toContain("in-sync");
    // Without its settings or its records the host loads nothing, and nothing is wrong with that.
    const quiet = damage === "missing" || HARMLESS.includes(`${file} ${damage}`);
    if (!quiet) expect(code).not.toBe(0);
  },
);

test("records of a later version are not guessed at", async () => {
  writeFileSync(join(world.pluginsDirectory, "installed_plugins.json"), '{"version":99,"plugins":{}}');
  const { code, audit } = await auditedPlugins(world);
  expect(code).not.toBe(0);
  expect(audit.findings.map(({ kind }) => kind)).toContain("file-newer");
  expect(audit.plugins.filter(({ consistency }) => consistency.kind === "in-sync")).toEqual([]);
});

test("a clone whose objects are gone proves nothing", async () => {
  const objects = join(world.marketplacePath("labmkt"), ".git", "objects");
  for (const name of readdirSync(objects)) rmSync(join(objects, name), { recursive: true });
  const { code, audit } = await auditedPlugins(world);
  expect(code).not.toBe(0);
  expect(audit.findings.map(({ kind }) => kind)).toContain("clone-broken");
  expect(audit.plugins.filter(({ consistency }) => consistency.kind === "in-sync")).toEqual([]);
});

test("a clone of which single objects are damaged proves nothing that hangs on them", async () => {
  const objects = join(world.marketplacePath("labmkt"), ".git", "objects", "pack");
  for (const name of readdirSync(objects).filter((one) => one.endsWith(".pack"))) {
    const path = join(objects, name);
    rmSync(path, { force: true });
    writeFileSync(path, "PACK and nothing more");
  }
  const { code, audit } = await auditedPlugins(world);
  expect(code).not.toBe(0);
  expect(audit.plugins.filter(({ consistency }) => consistency.kind === "in-sync")).toEqual([]);
});

test("an entry that climbs out of its marketplace is not followed", async () => {
  const path = join(world.configDirectory, MANIFEST);
  writeFileSync(path, readFileSync(path, "utf8").replaceAll("./plugins/beta", "./../../../../../etc"));
  const { code, audit } = await auditedPlugins(world);
  const beta = audit.plugins.find(({ id }) => id === "beta@labmkt");
  expect(code).toBe(1);
  expect(beta?.consistency.kind).not.toBe("in-sync");
  expect(beta?.findings.map(({ kind }) => kind)).toContain("path-escapes");
});

test("ten thousand folders in the cache are counted, not lost in", async () => {
  for (let index = 0; index < 10_000; index += 1)
    mkdirSync(join(world.pluginsDirectory, "cache", "labmkt", "beta", `0.${index}.0`));
  const { stdout, code } = await auditIn(world, "app", []);
  expect(code).toBe(1);
  expect(stdout).toContain("3 plugins: 1 false record, 1 behind 1, 1 in sync.");
  expect(stdout.split("\n").length).toBeLessThan(120);
});
