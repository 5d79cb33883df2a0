import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SessionId } from "#base/ids.ts";
import { readInventory } from "#claude/plugins/inventory.ts";
import { sessionView } from "#commands/audit-plugins/session-view.ts";
import { type LoadedPlugins, loadedPluginsOf } from "#runs/loaded-plugins.ts";
import { locationsOf } from "#runs/locations.ts";
import { claudeEnvironment } from "#test/claude-process.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import { openSession } from "#test/plugins/plugin-session.ts";
import {
  addMarketplace,
  installPlugin,
  updateMarketplace,
  updatePlugin,
} from "#test/plugins/plugin-steps.ts";
import { makePluginWorld, type PluginWorld } from "#test/plugins/plugin-world.ts";
import { writeFiles } from "#test/plugins/write-files.ts";
import { receiptsIn } from "#test/recorded-outcomes.ts";
import { runCountersign } from "#test/run-countersign.ts";

const offers = marketplaceFiles("lab", [{ name: "alpha", source: "./plugins/alpha" }]);
const alpha = (version: string) => ({ ...offers, ...pluginFiles({ name: "alpha", version }) });

let world: PluginWorld;
let state: string;
let env: Record<string, string>;

beforeAll(async () => {
  world = await makePluginWorld();
  state = join(world.home.root, "state");
  env = { COUNTERSIGN_HOME: state, COUNTERSIGN_PREWARM: "false" };
  const { exitCode, stderr } = await countersign("setup");
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
});
afterAll(async () => {
  await world.close();
});

async function countersign(...words: readonly string[]) {
  return await runCountersign(words, claudeEnvironment(world.options({ env })), world.project);
}

function recordsOf(session: string): readonly LoadedPlugins[] {
  const locations = locationsOf({ COUNTERSIGN_HOME: state }, world.home.home, process.platform);
  return loadedPluginsOf(locations, SessionId.parse(session)).flatMap((one) =>
    one.kind === "read" ? [one.record] : [],
  );
}

test("the record names what a session loaded, through an update and a reload, and after its end", async () => {
  const upstream = world.host(
    {
      name: "lab/mkt",
      commits: [
        { label: "one", files: alpha("1.0.0") },
        { label: "two", files: alpha("2.0.0") },
      ],
    },
    "one",
  );
  const one = `alpha@lab 1.0.0 ${upstream.git("rev-parse", "main:plugins/alpha")}`;
  const live = join(world.home.root, "live");
  writeFiles(
    live,
    Object.entries({
      ...marketplaceFiles("here", [{ name: "beta", source: "./plugins/beta" }]),
      ...pluginFiles({ name: "beta", version: "0.1.0" }),
    }),
  );
  const given = join(world.home.root, "given");
  writeFiles(given, Object.entries(pluginFiles({ name: "gamma", version: "0.0.1", folder: "." })));
  await addMarketplace(world, "lab/mkt");
  await installPlugin(world, "alpha@lab");
  await addMarketplace(world, live);
  await installPlugin(world, "beta@here");

  const session = await openSession(world, { env, args: ["--plugin-dir", given] });
  const records = () => recordsOf(session.sessionId);
  try {
    const [first] = records();
    expect(first?.process).toMatchObject({ pid: session.pid, version: "2.1.330" });
    expect(pathsIn(first)).toEqual(session.loaded.plugins.map(({ path }) => path).sort());
    expect(first?.plugins.map(({ id, evidence }) => `${id} ${evidence}`)).toEqual([
      "alpha@lab marker",
      "beta@here directory-source",
      "gamma@inline argument",
    ]);
    expect(bytesIn(first)[0]).toBe(one);

    world.publish(upstream, "two");
    await updateMarketplace(world, "lab");
    await updatePlugin(world, "alpha@lab");
    const updated = await session.ask("Go on.");
    expect(updated.plugins.find(({ name }) => name === "alpha")?.version).toBe("1.0.0");
    expect(records()).toEqual([first]);
    expect(receiptsIn(state).map(({ plugins }) => plugins?.record)).toEqual([1, 1]);
    expect((await viewOf(session.sessionId)).told).toContain("alpha@lab seen 1.0.0");

    await session.ask("/reload-plugins");
    const reloaded = await session.ask("Go on.");
    expect(reloaded.plugins.find(({ name }) => name === "alpha")?.version).toBe("2.0.0");
    const two = `alpha@lab 2.0.0 ${upstream.git("rev-parse", "main:plugins/alpha")}`;
    expect(bytesIn(records()[1]).slice(0, 2)).toEqual([one, two]);
    expect((await viewOf(session.sessionId)).told).toContain("alpha@lab inferred 2.0.0");
  } finally {
    await session.end();
  }
  expect(await viewOf(session.sessionId)).toMatchObject({
    state: "over",
    told: ["alpha@lab inferred 2.0.0", "beta@here inferred 0.1.0", "gamma@inline recorded 0.0.1"],
  });
  const why = await countersign("why", receiptsIn(state)[0]?.id ?? "");
  expect(why.stdout).toMatch(/^plugins +alpha@lab 1\.0\.0 \(tree [0-9a-f]{12}\), beta@here 0\.1\.0 /m);
});

function pathsIn(record: LoadedPlugins | undefined): readonly string[] {
  return (record?.plugins ?? []).flatMap(({ copies }) => copies.map(({ path }) => path)).sort();
}

function bytesIn(record: LoadedPlugins | undefined): readonly string[] {
  return (record?.plugins ?? []).flatMap(({ id, copies }) =>
    copies.map(({ version, tree }) => `${id} ${version} ${tree}`),
  );
}

/** As `audit plugins --session` has it. */
async function viewOf(session: string) {
  const locations = locationsOf({ COUNTERSIGN_HOME: state }, world.home.home, process.platform);
  const surroundings = {
    environment: claudeEnvironment(world.options()),
    home: world.home.home,
    cwd: world.project,
    platform: process.platform,
  };
  const asked = { session, locations, inventory: readInventory(surroundings), surroundings };
  const view = await sessionView(asked, new AbortController().signal);
  const told = view.plugins.map(({ id, strength, copies }) => {
    return `${id} ${strength} ${copies.map(({ version }) => version).join("|")}`;
  });
  return { ...view, told };
}
