import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { recordPlugins } from "#commands/plugins-held/record-plugins.ts";
import { loadedPluginsOf } from "#runs/loaded-plugins.ts";
import { liveHolder } from "#test/plugins/holders.ts";
import { layOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import { sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const hosts = [liveHolder(process.pid), liveHolder(process.ppid)];
const files = {
  ...marketplaceFiles("lab", [{ name: "alpha", source: "./plugins/alpha" }]),
  ...pluginFiles({ name: "alpha", version: "1.0.0" }),
};

/** One session, of which this process and the one that started it are hosts; both hold a plugin since long. */
function lay() {
  const world = layOutPlugins({
    repositories: [{ name: "lab/mkt", commits: [{ label: "one", files }] }],
    marketplaces: [{ name: "lab", repository: "lab/mkt" }],
    records: { "alpha@lab": [{ version: "1.0.0" }] },
    caches: [
      {
        plugin: "alpha@lab",
        version: "1.0.0",
        from: { repository: "lab/mkt", commit: "one" },
        holders: hosts,
      },
    ],
    projects: { plain: {} },
  });
  onTestFinished(world.remove);
  const folder = world.cachePath("alpha@lab", "1.0.0");
  const before = new Date(Date.now() - 60_000);
  for (const { pid } of hosts) utimesSync(join(folder, ".in_use", String(pid)), before, before);
  const environment = { HOME: world.home, CLAUDE_CONFIG_DIR: world.configDirectory };
  const cwd = world.projectPath("plain");
  const surroundings = { environment, home: world.home, cwd, platform: process.platform };
  const locations = freshLocations();
  const session = sessionValue();
  const record = async (pid: number, given: { ended?: AbortSignal; time?: AbortSignal } = {}) => {
    const stdin = { kind: "text", text: "" } as const;
    const signal = given.ended ?? NEVER;
    const call = { stdin, environment, home: world.home, locations, askedAt: new Date(), signal };
    return await recordPlugins({ call, surroundings, pid, session }, given.time ?? NEVER);
  };
  return { folder, record, records: () => loadedPluginsOf(locations, session.session_id) };
}

test("what there is no time for is not even begun, and is on record as not read", async () => {
  const { record, records } = lay();
  const { loaded } = await record(process.pid, { time: AbortSignal.abort(new Error("two seconds")) });
  expect(loaded).toEqual([{ id: "alpha@lab", version: "1.0.0", tree: null }]);
  const unread = expect.stringContaining("there was no more time for it (two seconds)");
  expect(records()).toMatchObject([{ record: { plugins: [{ copies: [{ tree: null, unread }] }] } }]);
});

test("a stop that is told to end puts nothing on record: the next one looks", async () => {
  const { record, records } = lay();
  const ended = AbortSignal.abort(new Error("SIGTERM"));
  await expect(record(process.pid, { ended, time: ended })).rejects.toThrow("SIGTERM");
  expect(records()).toEqual([]);
  const { loaded } = await record(process.pid);
  expect(loaded).toMatchObject([{ id: "alpha@lab", tree: expect.stringMatching(/^[0-9a-f]{40}$/) }]);
});

test("hosts that take turns in one session have the bytes that each of them loaded", async () => {
  const { folder, record } = lay();
  const first = await record(process.pid);
  writeFileSync(join(folder, "edited"), "by hand");
  const other = await record(process.ppid);
  expect(other.loaded[0]?.tree).not.toBe(first.loaded[0]?.tree);
  const again = await record(process.pid);
  expect(again).toMatchObject({ record: 3, loaded: first.loaded });
});
