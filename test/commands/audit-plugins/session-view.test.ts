import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ObjectId, SessionId } from "#base/ids.ts";
import { readInventory } from "#claude/plugins/inventory.ts";
import { sessionView } from "#commands/audit-plugins/session-view.ts";
import { type LoadedPlugin, recordLoadedPlugins } from "#runs/loaded-plugins.ts";
import { locationsOf } from "#runs/locations.ts";
import { type Holder, liveHolder } from "#test/plugins/holders.ts";
import { layOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import type { PluginLayout } from "#test/plugins/layout-spec.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import { writeFiles } from "#test/plugins/write-files.ts";

const own = liveHolder(process.pid);
const id = SessionId.parse("06390ff4-38ea-4ff1-9e5e-f3b95f1e84e7");
const at = "2026-11-20T12:00:00.000Z";
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
const cache = (version: string, commit: string, holders: readonly Holder[] = []) => ({
  plugin: "alpha@lab",
  version,
  from: { repository: "lab/mkt", commit },
  holders,
});

function lay(more: Partial<PluginLayout> = {}) {
  const world = layOutPlugins({
    repositories: [lab],
    marketplaces: [{ name: "lab", repository: "lab/mkt" }],
    records: { "alpha@lab": [{ version: "2.0.0" }] },
    caches: [cache("1.0.0", "one"), cache("2.0.0", "two")],
    projects: { plain: {} },
    ...more,
  });
  onTestFinished(world.remove);
  const locations = locationsOf({ COUNTERSIGN_HOME: join(world.root, "state") }, world.home, "linux");
  const tree = (label: string) =>
    ObjectId.parse(
      world
        .upstream("lab/mkt")
        .git("rev-parse", `${world.commit({ repository: "lab/mkt", commit: label })}:plugins/alpha`),
    );
  const copy = (version: string, label: string) => {
    return { path: world.cachePath("alpha@lab", version), version, tree: tree(label) };
  };
  const record = (plugins: readonly LoadedPlugin[]) =>
    recordLoadedPlugins(locations, id, {
      at,
      process: null,
      plugins: [...plugins],
      changedSince: [],
      notes: ["a note"],
    });
  const transcript = (...lines: readonly object[]) => {
    const text = lines.map((line) => JSON.stringify({ timestamp: at, ...line })).join("\n");
    writeFiles(join(world.configDirectory, "projects/-plain"), [[`${id}.jsonl`, `${text}\n`]]);
  };
  const view = async (session: string = id) => {
    const environment = { HOME: world.home, CLAUDE_CONFIG_DIR: world.configDirectory };
    const surroundings = {
      environment,
      home: world.home,
      cwd: world.projectPath("plain"),
      platform: process.platform,
    };
    const asked = { session, locations, inventory: readInventory(surroundings), surroundings };
    const found = await sessionView(asked, new AbortController().signal);
    const told = found.plugins.map(({ id: plugin, strength, copies }) => {
      const versions = copies.map(({ version, unchanged }) => `${version}${unchanged === false ? "!" : ""}`);
      return `${plugin} ${strength} ${versions.join("|")}`;
    });
    return { ...found, told };
  };
  return { world, copy, tree, record, transcript, view };
}

const listing = (text: string) => ({
  type: "attachment",
  attachment: {
    type: "skill_listing",
    content: `- alpha:alpha-skill: ${text}`,
    names: ["alpha:alpha-skill"],
  },
});
const reload = {
  type: "system",
  subtype: "local_command",
  content: "<local-command-stdout>Reloaded: 1 plugin · 1 skill</local-command-stdout>",
};
const session = { ...own, sessionId: id, project: "plain" };

test("a session that lives shows what it holds", async () => {
  const { view } = lay({
    caches: [cache("1.0.0", "one", [own]), cache("2.0.0", "two")],
    sessions: [session],
  });
  expect(await view()).toMatchObject({
    state: "live",
    process: { pid: process.pid, startTime: own.procStart },
    told: ["alpha@lab seen 1.0.0"],
  });
});

test("of two marks nothing is believed without its transcript", async () => {
  const caches = [cache("1.0.0", "one", [own]), cache("2.0.0", "two", [own])];
  const { view, transcript } = lay({ caches, sessions: [session] });
  expect((await view()).told).toEqual(["alpha@lab unknown 1.0.0|2.0.0"]);
  transcript(listing("content of 1.0.0"), reload, listing("content of 2.0.0"));
  expect((await view()).told).toEqual(["alpha@lab inferred 2.0.0"]);
  transcript(reload);
  expect((await view()).told).toEqual(["alpha@lab unknown 1.0.0|2.0.0"]);
});

test("of one that is over the last record tells, and whether the bytes are still those", async () => {
  const { world, view, record, copy } = lay();
  await record([{ id: "alpha@lab", evidence: "marker", copies: [copy("2.0.0", "two")] }]);
  await record([
    { id: "alpha@lab", evidence: "marker", copies: [copy("1.0.0", "one")] },
    {
      id: "beta@here",
      evidence: "directory-source",
      copies: [{ path: "/gone/beta", version: "0.1.0", tree: null }],
    },
  ]);
  const found = await view();
  expect(found).toMatchObject({ state: "over", records: 2, notes: ["a note"] });
  expect(found.told).toEqual(["alpha@lab recorded 1.0.0", "beta@here inferred 0.1.0"]);
  expect(found.plugins[0]).toMatchObject({ at, copies: [{ unchanged: true }] });
  writeFileSync(join(world.cachePath("alpha@lab", "1.0.0"), "hooks/stop.sh"), "edited");
  expect((await view()).told).toContain("alpha@lab recorded 1.0.0!");
  rmSync(world.cachePath("alpha@lab", "1.0.0"), { recursive: true });
  expect((await view()).told).toContain("alpha@lab recorded 1.0.0!");
});

test("where two were marked and the transcript tells of no reload it was the first", async () => {
  const { view, record, copy, transcript } = lay();
  await record([
    { id: "alpha@lab", evidence: "marker", copies: [copy("1.0.0", "one"), copy("2.0.0", "two")] },
  ]);
  transcript(listing("of something else"));
  expect((await view()).told).toEqual(["alpha@lab inferred 1.0.0"]);
});

test("without a record its transcript is asked", async () => {
  const { world, view, transcript } = lay();
  transcript(listing("content of 1.0.0"));
  expect(await view()).toMatchObject({ state: "over", records: 0, told: ["alpha@lab inferred 1.0.0"] });
  transcript(listing("content of 7.0.0"));
  expect((await view()).told).toEqual(["alpha@lab unknown "]);
  const skill = join(world.cachePath("alpha@lab", "2.0.0"), "skills/alpha-skill");
  const used = {
    type: "user",
    isMeta: true,
    message: { content: `Base directory for this skill: ${skill}` },
  };
  transcript(listing("content of 7.0.0"), used);
  expect((await view()).told).toEqual(["alpha@lab inferred 2.0.0"]);
  const gone = "/elsewhere/plugins/cache/lab/old/0.9.0/hooks/x.sh: not found";
  transcript({ type: "attachment", attachment: { type: "hook_non_blocking_error", stderr: gone } });
  expect((await view()).told).toEqual(["old@lab inferred 0.9.0"]);
  const command = `"\${CLAUDE_PLUGIN_ROOT}/hooks/stop.sh"`;
  transcript({ type: "system", subtype: "stop_hook_summary", hookInfos: [{ command }] });
  expect((await view()).told).toEqual(["alpha@lab unknown 1.0.0|2.0.0"]);
});

test.each(["nobody-knows-it", "../../etc/passwd", "", "con"])(
  "the session %j is known to nobody",
  async (text) => {
    expect(await lay().view(text)).toMatchObject({ state: "unknown", plugins: [], transcript: null });
  },
);

test("skills that were listed are those of the recorded plugin of that name", async () => {
  const { view, record, transcript } = lay();
  const copies = [{ path: "/gone/alpha", version: "9.0.0", tree: null }];
  await record([{ id: "alpha@inline", evidence: "argument", copies }]);
  transcript(listing("content of 1.0.0"));
  expect((await view()).told).toEqual(["alpha@inline recorded 9.0.0"]);
});

test("a record that cannot be read is told", async () => {
  const { world, view } = lay();
  writeFiles(join(world.root, "state/plugins", id), [["1.json", "{"]]);
  expect(await view()).toMatchObject({ state: "over", notes: [expect.stringContaining("cannot be read")] });
});
