import { expect, test } from "vitest";
import { pluginPlaces, withSettings } from "#claude/plugins/plugin-places.ts";
import type { SettingsFile } from "#claude/settings.ts";

const HERE = { home: "/home/me", cwd: "/work/project", platform: "linux" } as const;

test("everything lies below the config directory", () => {
  expect(pluginPlaces({ ...HERE, environment: {} })).toEqual({
    configDirectory: "/home/me/.claude",
    pluginsDirectory: "/home/me/.claude/plugins",
    installed: "/home/me/.claude/plugins/installed_plugins.json",
    known: "/home/me/.claude/plugins/known_marketplaces.json",
    marketplaces: "/home/me/.claude/plugins/marketplaces",
    cache: "/home/me/.claude/plugins/cache",
    sessions: "/home/me/.claude/sessions",
    skills: "/home/me/.claude/skills",
    projectSkills: "/work/project/.claude/skills",
    seeds: [],
    extra: [],
    installsAtStart: false,
    project: "/work/project",
  });
});

test.each([
  ["HOME", { HOME: "/other" }, "/other/.claude", "/other/.claude/plugins"],
  ["an empty HOME", { HOME: "" }, "/home/me/.claude", "/home/me/.claude/plugins"],
  ["the config directory", { CLAUDE_CONFIG_DIR: "/c" }, "/c", "/c/plugins"],
  ["a relative config directory", { CLAUDE_CONFIG_DIR: "c" }, "/work/project/c", "/work/project/c/plugins"],
  ["an empty config directory", { CLAUDE_CONFIG_DIR: "" }, "/home/me/.claude", "/home/me/.claude/plugins"],
  ["the cache", { CLAUDE_CODE_PLUGIN_CACHE_DIR: "/p" }, "/home/me/.claude", "/p"],
  ["the cache in the home", { CLAUDE_CODE_PLUGIN_CACHE_DIR: "~/p" }, "/home/me/.claude", "/home/me/p"],
  ["a relative cache", { CLAUDE_CODE_PLUGIN_CACHE_DIR: "p" }, "/home/me/.claude", "/work/project/p"],
])("%s moves it", (_what, environment, configDirectory, pluginsDirectory) => {
  expect(pluginPlaces({ ...HERE, environment })).toMatchObject({ configDirectory, pluginsDirectory });
});

test("several folders are parted as on PATH, and relative extra ones are ignored", () => {
  const environment = {
    CLAUDE_CODE_PLUGIN_SEED_DIR: "/s::~/t:u",
    CLAUDE_CODE_PLUGIN_DIRS: " /a :b: ~/c :",
  };
  expect(pluginPlaces({ ...HERE, environment })).toMatchObject({
    seeds: ["/s", "/home/me/t", "/work/project/u"],
    extra: ["/a", "/home/me/c"],
  });
});

test.each([
  ["1", true],
  [" True ", true],
  ["0", false],
  ["", false],
])("installation before the start with %j: %s", (value, installsAtStart) => {
  const environment = { CLAUDE_CODE_SYNC_PLUGIN_INSTALL: value };
  expect(pluginPlaces({ ...HERE, environment })).toMatchObject({ installsAtStart });
});

test("so it is on Windows, with its own separators", () => {
  const environment = {
    CLAUDE_CONFIG_DIR: "C:\\c",
    CLAUDE_CODE_PLUGIN_SEED_DIR: "C:\\s;D:\\t",
    CLAUDE_CODE_PLUGIN_DIRS: "C:\\a;b",
  };
  const places = pluginPlaces({ environment, home: "C:\\me", cwd: "C:\\project", platform: "win32" });
  expect(places).toMatchObject({
    configDirectory: "C:\\c",
    seeds: ["C:\\s", "D:\\t"],
    extra: ["C:\\a"],
    projectSkills: "C:\\project\\.claude\\skills",
  });
});

test("the variables of the user's and the administrator's settings count, those of a project do not", () => {
  const named = (scope: SettingsFile["scope"], env: object): SettingsFile => ({
    scope,
    path: `/${scope}`,
    kind: "read",
    text: "",
    settings: { env },
  });
  const files = [
    named("user", { CLAUDE_CODE_PLUGIN_DIRS: "/mine", CLAUDE_CODE_PLUGIN_SEED_DIR: "/mine" }),
    named("project", { CLAUDE_CODE_PLUGIN_DIRS: "/theirs" }),
    named("local", { CLAUDE_CODE_PLUGIN_DIRS: "/theirs" }),
    named("managed", { CLAUDE_CODE_PLUGIN_SEED_DIR: "/firm" }),
  ];
  const around = withSettings({ ...HERE, environment: { CLAUDE_CODE_PLUGIN_DIRS: "/shell" } }, files);
  expect(pluginPlaces(around)).toMatchObject({ extra: ["/mine"], seeds: ["/firm"] });
});
