import { appendFileSync, chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HOST_MARKS } from "#claude/plugins/host-marks.ts";
import { auditedPlugins } from "#test/plugins/audited-plugins.ts";
import { type LaidOutPlugins, layOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";

const PLUGIN = "alpha@labmkt";
const ONE = { repository: "lab/mkt", commit: "one" };
let world: LaidOutPlugins;
let [clone, cached] = ["", ""];

beforeEach(() => {
  const more = { "docs/guide.md": { linkTo: "../README.md" }, "README.md": "Read.\n" };
  const files = {
    ...marketplaceFiles("labmkt", [{ name: "alpha", source: "./plugins/alpha" }]),
    ...pluginFiles({ name: "alpha", version: "1.0.0", more }),
  };
  world = layOutPlugins({
    repositories: [{ name: "lab/mkt", commits: [{ label: "one", files }] }],
    marketplaces: [{ name: "labmkt", repository: "lab/mkt", history: "whole" }],
    records: { [PLUGIN]: [{ version: "1.0.0", commit: ONE }] },
    caches: [{ plugin: PLUGIN, version: "1.0.0", from: ONE }],
    projects: { app: {} },
  });
  clone = world.marketplacePath("labmkt");
  cached = world.cachePath(PLUGIN, "1.0.0");
});

afterEach(() => world.remove());

/** As on a file system that shows this mode of each file, whatever was set. */
function showMode(folder: string, mode: number): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    if (!name.startsWith(".git/") && lstatSync(path).isFile()) chmodSync(path, mode);
  }
}

async function told() {
  const { audit } = await auditedPlugins(world);
  const plugin = audit.plugins.find(({ id }) => id === PLUGIN);
  const findings = [...(plugin?.findings ?? []), ...audit.findings].map(({ kind }) => kind);
  return [plugin?.consistency.kind, ...findings];
}

test.each([
  ["executable", 0o755],
  ["not executable", 0o644],
])("where a file system shows every file as %s, the bits accuse nobody", async (_name, mode) => {
  world.gitIn(clone, "config", "core.fileMode", "false");
  for (const folder of [clone, cached]) showMode(folder, mode);
  expect(await told()).toEqual(["in-sync"]);
  appendFileSync(join(cached, "hooks/stop.sh"), "echo more\n");
  expect(await told()).toEqual(["tampered", "cache-edited"]);
});

test("where files differ in their bits, or git saw that bits are kept, the bits count", async () => {
  showMode(cached, 0o755);
  expect(await told()).toEqual(["tampered", "cache-edited"]);
  world.gitIn(clone, "config", "core.fileMode", "false");
  expect(await told()).toEqual(["in-sync"]);
  chmodSync(join(cached, "hooks/stop.sh"), 0o644);
  expect(await told()).toEqual(["tampered", "cache-edited"]);
});

test("marks of the host in a copy are no files of the plugin", async () => {
  for (const mark of HOST_MARKS) writeFileSync(join(cached, mark), "{}");
  expect(await told()).toEqual(["in-sync"]);
  mkdirSync(join(cached, "hooks/.links_materialized"));
  writeFileSync(join(cached, "hooks/.links_materialized/run.sh"), "run");
  expect(await told()).toEqual(["drifted", "files-added"]);
});

test("where there are no links, a file that says where one leads is what git makes of it", async () => {
  world.gitIn(clone, "config", "core.symlinks", "false");
  for (const folder of [join(clone, "plugins/alpha"), cached]) {
    const link = join(folder, "docs/guide.md");
    rmSync(link);
    writeFileSync(link, "../README.md");
  }
  expect(await told()).toEqual(["in-sync"]);
  writeFileSync(join(cached, "docs/guide.md"), "../../other");
  expect(await told()).toEqual(["tampered", "cache-edited"]);
});
