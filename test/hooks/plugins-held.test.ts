import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SessionId } from "#base/ids.ts";
import { loadedPluginsOf } from "#runs/loaded-plugins.ts";
import { locationsOf } from "#runs/locations.ts";
import { runHook } from "#test/gate-world.ts";
import { liveHolder } from "#test/plugins/holders.ts";
import { type LaidOutPlugins, layOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import { receiptsIn } from "#test/recorded-outcomes.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

const own = liveHolder(process.pid);
const lab = {
  name: "lab/mkt",
  commits: [
    {
      label: "one",
      files: {
        ...marketplaceFiles("lab", [{ name: "alpha", source: "./plugins/alpha" }]),
        ...pluginFiles({ name: "alpha", version: "1.0.0" }),
      },
    },
    { label: "two", files: pluginFiles({ name: "alpha", version: "2.0.0" }) },
  ],
};

let world: LaidOutPlugins;
let repository: ScratchRepository;
beforeAll(() => {
  repository = makeRepository();
  repository.write("README.md", "# A repository\n");
  repository.commit("Begin");
  const from = (commit: string) => ({ repository: "lab/mkt", commit });
  world = layOutPlugins({
    repositories: [lab],
    marketplaces: [{ name: "lab", repository: "lab/mkt" }],
    records: { "alpha@lab": [{ version: "1.0.0" }] },
    caches: [
      { plugin: "alpha@lab", version: "1.0.0", from: from("one"), holders: [own] },
      { plugin: "alpha@lab", version: "2.0.0", from: from("two"), holders: [] },
    ],
  });
});
afterAll(() => {
  world.remove();
  repository.remove();
});

/** A session of the test's own process, with a state root of its own. */
function session(name: string, more: Readonly<Record<string, string>> = {}) {
  const id = SessionId.parse(name);
  const state = join(repository.beside, `state-${name}`);
  const env = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: world.home,
    CLAUDE_CONFIG_DIR: world.configDirectory,
    CLAUDE_PID: String(process.pid),
    CLAUDE_CODE_SESSION_ATTENDED: "1",
    CLAUDE_PROJECT_DIR: repository.root,
    COUNTERSIGN_HOME: state,
    COUNTERSIGN_PREWARM: "false",
    ...more,
  };
  const common = { session_id: id, cwd: repository.root };
  const call = (hook: "session-start" | "stop", input: object) =>
    runHook(hook, JSON.stringify({ ...common, ...input }), env, repository.root);
  const locations = locationsOf({ COUNTERSIGN_HOME: state }, world.home, process.platform);
  return {
    state,
    start: () => call("session-start", { hook_event_name: "SessionStart", source: "startup" }),
    stop: () => call("stop", { hook_event_name: "Stop", stop_hook_active: false }),
    records: () => loadedPluginsOf(locations, id).flatMap((one) => (one.kind === "read" ? [one.record] : [])),
    receipts: () => receiptsIn(state),
  };
}

function treeOf(label: string): string {
  const commit = world.commit({ repository: "lab/mkt", commit: label });
  return world.upstream("lab/mkt").git("rev-parse", `${commit}:plugins/alpha`);
}

test("the first stop records what is held, an unchanged one nothing, and another mark anew", async () => {
  const held = session("held");
  await held.start();
  expect(held.records()).toEqual([]);
  await held.stop();
  const first = { id: "alpha@lab", version: "1.0.0", tree: treeOf("one") };
  expect(held.records()).toMatchObject([
    {
      n: 1,
      process: { pid: process.pid, startTime: own.procStart },
      plugins: [{ id: "alpha@lab", evidence: "marker", copies: [{ version: "1.0.0", tree: first.tree }] }],
    },
  ]);
  await held.stop();
  expect(held.records()).toHaveLength(1);
  const [one, two] = held.receipts();
  expect(one?.plugins).toMatchObject({ record: 1, loaded: [first], leftOut: 0 });
  expect(two?.plugins).toEqual(one?.plugins);

  // Bytes that were named once are not read again: the record tells of those in force then.
  writeFileSync(join(world.cachePath("alpha@lab", "1.0.0"), "edited"), "by hand");
  const mark = join(world.cachePath("alpha@lab", "2.0.0"), ".in_use", String(process.pid));
  writeFileSync(mark, JSON.stringify(own));
  const later = new Date(Date.now() + 60_000);
  utimesSync(mark, later, later);
  await held.stop();
  const second = { id: "alpha@lab", version: "2.0.0", tree: treeOf("two") };
  expect(held.receipts().at(-1)?.plugins).toMatchObject({ record: 2, loaded: [first, second] });
  expect(held.records()).toHaveLength(2);

  // A stop that sees the same marks looks at nothing else: it does not even miss the records.
  rmSync(join(held.state, "plugins"), { recursive: true });
  await held.stop();
  expect(existsSync(join(held.state, "plugins"))).toBe(false);
  expect(held.receipts().at(-1)?.plugins?.record).toBe(2);
});

test("a record that cannot be written costs the stop nothing", async () => {
  const blocked = session("blocked");
  await blocked.start();
  writeFileSync(join(blocked.state, "plugins"), "in the way");
  expect(await blocked.stop()).toEqual({});
  const [receipt] = blocked.receipts();
  expect(receipt?.outcome).toEqual({ kind: "skipped", why: "unchanged" });
  expect(receipt).not.toHaveProperty("plugins");
});

test("a gate that is off looks at no plugins", async () => {
  const off = session("off", { COUNTERSIGN_GATE: "off" });
  await off.start();
  expect(await off.stop()).toEqual({});
  expect(existsSync(join(off.state, "plugins"))).toBe(false);
});

test("a plugin too large for a stop is on record without a name of its bytes", async () => {
  const large = session("large");
  const many = join(world.root, "many");
  mkdirSync(join(many, ".claude-plugin"), { recursive: true });
  writeFileSync(join(many, ".claude-plugin/plugin.json"), '{"name":"many","version":"1.0.0"}');
  for (let n = 0; n <= 5_000; n += 1) writeFileSync(join(many, String(n)), "");
  const environment = session("large", { CLAUDE_CODE_PLUGIN_DIRS: many });
  await environment.start();
  await environment.stop();
  const found = large.records()[0]?.plugins.find(({ id }) => id === "many@inline");
  expect(found).toMatchObject({
    evidence: "environment",
    copies: [{ version: "1.0.0", tree: null, unread: expect.stringContaining("more files") }],
  });
});
