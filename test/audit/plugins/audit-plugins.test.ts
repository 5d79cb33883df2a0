import { expect, test } from "vitest";
import { auditPlugins, type GatheredPlugins } from "#audit/plugins/audit-plugins.ts";
import { allFindings, pluginVerdict } from "#audit/plugins/plugin-verdict.ts";
import type { PluginInventory } from "#claude/plugins/inventory.ts";
import {
  CACHE,
  cachedValue,
  copyValue,
  folderValue,
  found,
  marketplaceValue,
  PROJECT,
  pluginValue,
  recordValue,
} from "#test/plugin-values.ts";

const PLUGINS = "/home/u/.claude/plugins";

function inventory(more: Partial<PluginInventory> = {}): PluginInventory {
  return {
    places: {
      configDirectory: "/home/u/.claude",
      pluginsDirectory: PLUGINS,
      installed: `${PLUGINS}/installed_plugins.json`,
      known: `${PLUGINS}/known_marketplaces.json`,
      marketplaces: `${PLUGINS}/marketplaces`,
      cache: `${PLUGINS}/cache`,
      sessions: "/home/u/.claude/sessions",
      skills: "/home/u/.claude/skills",
      projectSkills: `${PROJECT}/.claude/skills`,
      installsAtStart: false,
      seeds: [],
      extra: [],
      project: PROJECT,
    },
    settings: [{ scope: "user", path: "/home/u/.claude/settings.json", kind: "absent" }],
    enablements: [],
    records: found(`${PLUGINS}/installed_plugins.json`, [recordValue()]),
    marketplaces: found(`${PLUGINS}/known_marketplaces.json`, [marketplaceValue()]),
    cache: [cachedValue("1.0.0")],
    recordsHere: [recordValue()],
    declared: [],
    policies: [],
    cacheLeftOut: 0,
    unlisted: [],
    unrecorded: [],
    processes: [],
    ...more,
  };
}

function gathered(more: Partial<GatheredPlugins> = {}): GatheredPlugins {
  return {
    inventory: inventory(),
    codex: null,
    plugins: [pluginValue()],
    marketplaces: [{ host: "claude", facts: marketplaceValue() }],
    hooksOffBy: [],
    ...more,
  };
}

const broken = { path: "/x.json", kind: "unreadable", detail: "not valid JSON" } as const;
const dead = { path: `${CACHE}/0.9.0/.in_use/7`, pid: 7, procStart: "1", state: "dead" } as const;

test("all is well: nothing to say, exit code 0", () => {
  const audit = auditPlugins(gathered());
  expect(audit.plugins).toMatchObject([{ consistency: { kind: "in-sync" } }]);
  expect(allFindings(audit)).toEqual([]);
  expect(pluginVerdict(audit)).toEqual({ verdict: "clean", exitCode: 0 });
});

test("plugins come out by host and id, those of a host that is not there not at all", () => {
  const plugins = ["b@lab", "a@lab", "a@lab"].map((id, index) => {
    return pluginValue({ id, host: index === 2 ? "codex" : "claude" });
  });
  const names = (codex: GatheredPlugins["codex"]) =>
    auditPlugins(gathered({ plugins, codex })).plugins.map(({ facts }) => `${facts.host} ${facts.id}`);
  expect(names(inventory())).toEqual(["claude a@lab", "claude b@lab", "codex a@lab"]);
  expect(names(null)).toEqual(["claude a@lab", "claude b@lab"]);
});

test.each<readonly [string, Partial<GatheredPlugins>, readonly string[], number]>([
  [
    "records that cannot be read",
    { inventory: inventory({ records: broken }) },
    ["file-unreadable", "enabled-not-loaded"],
    1,
  ],
  [
    "settings that cannot be read",
    { inventory: inventory({ settings: [{ scope: "user", ...broken }] }) },
    ["file-unreadable", "load-unknown"],
    2,
  ],
  [
    "records of a later version",
    { inventory: inventory({ records: { path: "/r", kind: "newer", version: "3" } }) },
    ["file-newer", "load-unknown"],
    2,
  ],
  [
    "a marketplace that is broken",
    {
      marketplaces: [
        {
          host: "claude",
          facts: marketplaceValue({ manifest: broken, clone: { kind: "broken", detail: "x" } }),
        },
      ],
    },
    ["file-unreadable", "clone-broken"],
    2,
  ],
  [
    "Codex's configuration, read twice, told once",
    { codex: inventory({ records: broken, marketplaces: broken }) },
    ["file-unreadable"],
    2,
  ],
  ["a cache that is too large", { inventory: inventory({ cacheLeftOut: 3 }) }, ["not-listed"], 2],
  [
    "a folder that cannot be listed",
    { inventory: inventory({ unlisted: ["/x: EACCES"] }) },
    ["not-listed"],
    2,
  ],
  ["hooks that are off", { hooksOffBy: ["/home/u/.claude/settings.json"] }, ["hooks-off"], 0],
  [
    "versions of a plugin that nothing speaks of",
    {
      inventory: inventory({
        cache: [
          cachedValue("1.0.0"),
          cachedValue("0.9.0", { holders: [dead] }),
          cachedValue("0.8.0", { name: "Beta" }),
        ],
      }),
      plugins: [pluginValue({ copies: [copyValue()] })],
    },
    ["leftover-versions", "dead-holders", "leftover-versions"],
    0,
  ],
])("%s", (_name, more, kinds, exitCode) => {
  const audit = auditPlugins(gathered(more));
  expect(allFindings(audit).map(({ kind }) => kind)).toEqual(kinds);
  expect(pluginVerdict(audit).exitCode).toBe(exitCode);
  for (const { consistency } of audit.plugins) {
    if (exitCode !== 0 && kinds.some((kind) => /load/.test(kind)))
      expect(consistency.kind).not.toBe("in-sync");
  }
});

test("several unclaimed plugins come out by name", () => {
  const cache = ["b", "a"].map((name) =>
    cachedValue("1.0.0", { name, folder: folderValue(`/cache/${name}`, "1.0.0") }),
  );
  const { findings } = auditPlugins(gathered({ inventory: inventory({ cache }) }));
  expect(findings).toMatchObject([{ plugin: "a@lab" }, { plugin: "b@lab" }]);
});

test("a plugin among the skills does not take the place of an installed one", () => {
  const folder = folderValue("/skills/alpha", "8.0.0");
  const skill = pluginValue({
    id: "alpha@skills-dir",
    enablement: null,
    marketplace: null,
    entry: null,
    offered: null,
    copies: [copyValue({ record: null, cached: null, folder })],
  });
  const unrecorded = [{ id: "alpha@skills-dir", origin: "skills-dir", folder, pids: [] }] as const;
  const nexts = (plugins: GatheredPlugins["plugins"]) =>
    auditPlugins(gathered({ plugins, inventory: inventory({ unrecorded }) })).plugins.map(
      ({ next }) => next.kind,
    );
  expect(nexts([pluginValue(), skill])).toEqual(["loads", "does-not-load"]);
  expect(nexts([pluginValue({ enablement: null }), skill])).toEqual(["does-not-load", "loads"]);
  expect(nexts([pluginValue({ copies: [] }), skill])).toEqual(["does-not-load", "loads"]);
});
