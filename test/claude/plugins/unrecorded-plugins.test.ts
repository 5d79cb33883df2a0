import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ClaudeProcess, ProcessStart } from "#claude/plugins/claude-process.ts";
import { namesInCache } from "#claude/plugins/names-in-cache.ts";
import { pluginPlaces } from "#claude/plugins/plugin-places.ts";
import { unrecordedPlugins } from "#claude/plugins/unrecorded-plugins.ts";
import { pluginFiles } from "#test/plugins/plugin-files.ts";
import { writeFiles } from "#test/plugins/write-files.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

function stage() {
  const root = scratchFolder();
  const project = join(root, "project");
  return {
    root,
    plugin: (folder: string, name = "alpha") => {
      const files = pluginFiles({ name, version: "1.0.0", folder: "." });
      writeFiles(join(root, folder), Object.entries(files));
      return join(root, folder);
    },
    found: (environment: NodeJS.ProcessEnv, processes: readonly ClaudeProcess[] = []) => {
      const unlisted: string[] = [];
      const around = { environment: { CLAUDE_CONFIG_DIR: root, ...environment }, home: root, cwd: project };
      const places = pluginPlaces({ ...around, platform: "linux" });
      const plugins = unrecordedPlugins(places, processes, {
        unlisted,
        namesOf: namesInCache(["alpha.x@mkt"]),
      });
      const shown = plugins.map(({ id, origin, folder, pids }) => [
        id,
        origin,
        folder.path.slice(root.length + 1),
        pids,
      ]);
      return { shown, unlisted };
    },
  };
}

function claude(pid: number, start: Partial<ProcessStart> | null): ClaudeProcess {
  const nothing: ProcessStart = {
    pluginDirs: [],
    environmentDirs: [],
    pluginUrls: [],
    seedDirs: [],
    pluginsDirectory: "/p",
    settingSources: null,
    withoutHooks: false,
    unread: [],
  };
  return {
    pid,
    startTime: "1",
    startedAt: null,
    sessionId: null,
    cwd: null,
    version: null,
    start: start === null ? null : { ...nothing, ...start },
  };
}

test("the environment, seeds and folders of skills bring plugins without a record", () => {
  const { plugin, found, root } = stage();
  plugin("loose", "other");
  plugin("seed/cache/mkt/alpha-x/1.0.0");
  plugin("seed/cache/mkt/alpha-x/1.0.0.tmp~0123abcd");
  plugin("skills/mine");
  plugin("project/.claude/skills/theirs");
  plugin("skills/.hidden");
  writeFiles(join(root, "skills/plain"), [["SKILL.md", "a skill, and no plugin"]]);
  symlinkSync("../loose", join(root, "skills/link"));
  const environment = {
    CLAUDE_CODE_PLUGIN_DIRS: join(root, "loose"),
    CLAUDE_CODE_PLUGIN_SEED_DIR: join(root, "seed"),
  };
  expect(found(environment)).toEqual({
    unlisted: [],
    shown: [
      ["other@inline", "environment", "loose", []],
      ["alpha.x@mkt", "seed", "seed/cache/mkt/alpha-x/1.0.0", []],
      ["link@skills-dir", "skills-dir", "skills/link", []],
      ["mine@skills-dir", "skills-dir", "skills/mine", []],
      ["theirs@skills-dir", "skills-dir", "project/.claude/skills/theirs", []],
    ],
  });
});

test("what live processes were given is theirs alone, unless a new session finds it too", () => {
  const { plugin, found, root } = stage();
  const [mine, theirs, inherited, seed] = [
    plugin("mine"),
    plugin("theirs", "beta"),
    plugin("inherited"),
    join(root, "seed"),
  ];
  plugin("seed/cache/mkt/gamma/1.0.0");
  const processes = [
    claude(11, { pluginDirs: [theirs], environmentDirs: [mine, inherited], seedDirs: [seed] }),
    claude(12, { pluginDirs: [theirs] }),
    claude(13, null),
  ];
  expect(found({ CLAUDE_CODE_PLUGIN_DIRS: mine }, processes).shown).toEqual([
    ["alpha@inline", "environment", "mine", [11]],
    ["beta@inline", "plugin-dir", "theirs", [11, 12]],
    ["alpha@inline", "plugin-dir", "inherited", [11]],
    ["gamma@mkt", "plugin-dir", "seed/cache/mkt/gamma/1.0.0", [11]],
  ]);
});

test("a folder without anything of a plugin is one of plugins", () => {
  const { plugin, found, root } = stage();
  plugin("many/x", "x");
  plugin("many/.hidden", "hidden");
  writeFiles(join(root, "many/bare"), [["README.md", ""]]);
  writeFiles(join(root, "single"), [["commands/go.md", ""]]);
  const dirs = ["many", "single", "gone"].map((name) => join(root, name)).join(":");
  expect(found({ CLAUDE_CODE_PLUGIN_DIRS: dirs }).shown).toEqual([
    ["x@inline", "environment", "many/x", []],
    ["single@inline", "environment", "single", []],
    ["gone@inline", "environment", "gone", []],
  ]);
});

test("more of them than anybody has are counted, not looked at", () => {
  const names = Array.from({ length: 510 }, (_none, index) => `/nowhere/p${index}`);
  const { shown, unlisted } = stage().found({ CLAUDE_CODE_PLUGIN_DIRS: names.join(":") });
  expect([shown.length, unlisted]).toEqual([
    500,
    ["10 more plugins without a record: only 500 are looked at"],
  ]);
});
