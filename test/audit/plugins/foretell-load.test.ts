import { expect, test } from "vitest";
import { nextLoad } from "#audit/plugins/foretell-load.ts";
import type { LoadSurroundings, NextLoad } from "#audit/plugins/next-load.ts";
import type { PluginFacts } from "#audit/plugins/plugin-facts.ts";
import type { UnrecordedPlugin } from "#claude/plugins/unrecorded-plugin.ts";
import {
  absentFolder,
  aroundValue,
  CACHE,
  copyValue,
  enabledValue,
  entryValue,
  folderValue,
  marketplaceValue,
  offeredValue,
  pluginValue,
  recordValue,
} from "#test/plugin-values.ts";

const INSTALLED = `${CACHE}/1.0.0`;
const broken = { path: "/x", kind: "unreadable", detail: "not valid JSON" } as const;
const newer = { path: "/x", kind: "newer", version: "9" } as const;
const absent = { path: "/x", kind: "absent" } as const;

function given(origin: UnrecordedPlugin["origin"], id: string): UnrecordedPlugin {
  return { id, origin, folder: folderValue(`/given/${origin}`, "7.0.0"), pids: [] };
}

function answer(facts: Partial<PluginFacts> = {}, around: Partial<LoadSurroundings> = {}): NextLoad {
  return nextLoad(pluginValue(facts), aroundValue(around));
}

/** The path that is loaded, else why none is. */
function shortly(next: NextLoad): string {
  return next.kind === "loads" ? `${next.why} ${next.path} ${next.version}` : `${next.kind} ${next.why}`;
}

const directory = { source: { kind: "directory", path: "/src" } } as const;
const live = offeredValue({ folder: folderValue("/src/plugins/alpha", "2.0.0"), version: "2.0.0" });
const lying = copyValue({ record: recordValue({ version: "5.5.5", installPath: INSTALLED }) });
const outside = copyValue({
  record: recordValue({ installPath: "/elsewhere" }),
  cached: null,
  folder: folderValue("/elsewhere", "6.6.6"),
});
const edited = copyValue({ folder: folderValue(INSTALLED, "9.9.9") });
const withFolder = (more: Parameters<typeof folderValue>[2]) => {
  return { copies: [copyValue({ folder: folderValue(INSTALLED, "1.0.0", more) })] };
};

test.each<readonly [string, Partial<PluginFacts>, Partial<LoadSurroundings>, string]>([
  ["all is well", {}, {}, `record ${INSTALLED} 1.0.0`],
  [
    "installPath missing",
    { copies: [copyValue({ folder: absentFolder(INSTALLED) })] },
    {},
    "does-not-load folder-missing",
  ],
  ["installPath is a file", withFolder({ stands: "not-a-folder" }), {}, "does-not-load folder-missing"],
  ["installPath not readable", withFolder({ stands: "unreadable" }), {}, "unknown folder-unreadable"],
  ["installed_plugins.json deleted", { copies: [] }, { records: "absent" }, "does-not-load no-record"],
  ["no record in it", { copies: [] }, {}, "does-not-load no-record"],
  [
    "no record, installed at the start",
    { copies: [copyValue({ record: null, applies: false })] },
    { installsAtStart: true },
    `installed-at-start ${INSTALLED} 1.0.0`,
  ],
  [
    "no record, at the start to be copied anew",
    { copies: [copyValue({ record: null, applies: false })], offered: null },
    { installsAtStart: true },
    "unknown installed-at-start",
  ],
  ["installed_plugins.json not JSON", {}, { records: "unreadable" }, "does-not-load records-unreadable"],
  ["installed_plugins.json of version 3", {}, { records: "newer" }, "unknown file-newer"],
  ["record version lies", { copies: [lying] }, {}, `record ${INSTALLED} 1.0.0`],
  ["installPath outside the cache", { copies: [outside] }, {}, "record /elsewhere 6.6.6"],
  ["cached plugin.json edited", { copies: [edited] }, {}, `record ${INSTALLED} 9.9.9`],
  ["plugin.json deleted", withFolder({ manifest: absent }), {}, `record ${INSTALLED} null`],
  [
    "no plugin.json, and a version in the marketplace's entry",
    { ...withFolder({ manifest: absent }), entry: entryValue({ version: "3.0.0" }) },
    {},
    `record ${INSTALLED} 3.0.0`,
  ],
  ["plugin.json broken", withFolder({ manifest: broken }), {}, "does-not-load manifest-broken"],
  ["plugin.json of a later version", withFolder({ manifest: newer }), {}, "unknown file-newer"],
  ["known_marketplaces.json deleted", {}, { marketplaces: "absent" }, "does-not-load marketplace-unknown"],
  [
    "known_marketplaces.json broken",
    {},
    { marketplaces: "unreadable" },
    "does-not-load marketplaces-unreadable",
  ],
  ["marketplace not known", { marketplace: null }, {}, "does-not-load marketplace-unknown"],
  [
    "marketplace clone deleted",
    { marketplace: marketplaceValue({ stands: "absent" }) },
    {},
    "does-not-load marketplace-missing",
  ],
  [
    "marketplace.json broken",
    { marketplace: marketplaceValue({ manifest: broken }) },
    {},
    "does-not-load marketplace-unreadable",
  ],
  ["no longer in marketplace.json", { entry: null }, {}, "does-not-load not-offered"],
  [
    "refused by an administrator",
    {},
    { policies: [{ kind: "only", path: "/etc", sources: [] }] },
    "unknown policy",
  ],
  ["enabled nowhere", { enablement: null }, {}, "does-not-load not-enabled"],
  ["disabled in the project", { enablement: enabledValue(false) }, {}, "does-not-load disabled"],
  ["settings not readable", {}, { settings: "unreadable" }, "unknown settings-unreadable"],
  [
    "record of another project",
    { copies: [copyValue({ applies: false })] },
    {},
    "does-not-load no-record-applies",
  ],
  [
    "source escapes",
    { entry: entryValue({ source: { kind: "escaping", path: "../x" } }) },
    {},
    `record ${INSTALLED} 1.0.0`,
  ],
  [
    "directory marketplace",
    { marketplace: marketplaceValue(directory), offered: live },
    {},
    "directory-source /src/plugins/alpha 2.0.0",
  ],
  [
    "directory marketplace by its manifest",
    { marketplace: marketplaceValue({ source: { kind: "file", path: "/src/x.json" } }), offered: live },
    {},
    "directory-source /src/plugins/alpha 2.0.0",
  ],
  [
    "directory marketplace without any record",
    { marketplace: marketplaceValue(directory), offered: live, copies: [] },
    { records: "unreadable" },
    "directory-source /src/plugins/alpha 2.0.0",
  ],
  [
    "directory marketplace without the folder",
    { marketplace: marketplaceValue(directory), offered: null },
    {},
    "does-not-load folder-missing",
  ],
  [
    "--plugin-dir of another session",
    { id: "a@inline", marketplace: null, copies: [] },
    { unrecorded: [given("plugin-dir", "a@inline")] },
    "does-not-load given-to-a-session",
  ],
  [
    "given to a session, and installed",
    {},
    { unrecorded: [given("plugin-dir", "alpha@lab")] },
    `record ${INSTALLED} 1.0.0`,
  ],
  [
    "CLAUDE_CODE_PLUGIN_DIRS",
    { id: "alpha@inline", enablement: null },
    { unrecorded: [given("environment", "alpha@inline")] },
    "environment /given/environment 7.0.0",
  ],
  [
    "overridden by it",
    {},
    { unrecorded: [given("environment", "alpha@inline")] },
    "does-not-load overridden",
  ],
  [
    "skills-dir",
    { id: "beta@skills-dir", enablement: null },
    { unrecorded: [given("skills-dir", "beta@skills-dir")] },
    "skills-dir /given/skills-dir 7.0.0",
  ],
  [
    "skills-dir, name taken",
    { id: "alpha@skills-dir", enablement: null },
    { unrecorded: [given("skills-dir", "alpha@skills-dir")] },
    "does-not-load name-taken",
  ],
  [
    "skills-dir, disabled",
    { id: "beta@skills-dir", enablement: enabledValue(false) },
    { unrecorded: [given("skills-dir", "beta@skills-dir")] },
    "does-not-load disabled",
  ],
  [
    "seed without a record",
    { copies: [], marketplace: null },
    { unrecorded: [given("seed", "alpha@lab")] },
    "seed /given/seed 7.0.0",
  ],
  ["seed beside a record", {}, { unrecorded: [given("seed", "alpha@lab")] }, `record ${INSTALLED} 1.0.0`],
  [
    "seed, not enabled",
    { enablement: null },
    { unrecorded: [given("seed", "alpha@lab")] },
    "does-not-load not-enabled",
  ],
])("a session would load: %s", (_name, facts, around, expected) => {
  expect(shortly(answer(facts, around))).toBe(expected);
});

test("of several records the first one that applies is loaded, not the nearest", () => {
  const user = copyValue();
  const project = copyValue({
    record: recordValue({ index: 1, scope: "project", projectPath: "/work/app", version: "2.0.0" }),
    folder: folderValue(`${CACHE}/2.0.0`, "2.0.0"),
  });
  expect(answer({ copies: [project, user] })).toMatchObject({ path: INSTALLED, record: 0 });
  const swapped = [
    copyValue({ record: recordValue({ index: 1 }) }),
    { ...project, record: recordValue({ index: 0, version: "2.0.0" }) },
  ];
  expect(answer({ copies: swapped })).toMatchObject({ path: `${CACHE}/2.0.0`, record: 0 });
});

test("hooks that are off or broken are told", () => {
  expect(answer()).toMatchObject({ hooks: "run" });
  expect(answer(withFolder({ hooks: broken }))).toMatchObject({ kind: "loads", hooks: "broken" });
  expect(answer({}, { hooks: "off" })).toMatchObject({ kind: "loads", hooks: "off" });
});

test.each<readonly [string, Partial<PluginFacts>, Partial<LoadSurroundings>, string]>([
  ["all is well", {}, {}, `cache ${INSTALLED} 1.0.0`],
  ["its marketplace is gone", { marketplace: null, entry: null }, {}, `cache ${INSTALLED} 1.0.0`],
  ["a configuration that cannot be read", {}, { records: "unreadable" }, "does-not-load records-unreadable"],
  ["not configured", { enablement: null }, {}, "does-not-load not-enabled"],
  ["disabled", { enablement: enabledValue(false) }, {}, "does-not-load disabled"],
  ["nothing in the cache", { copies: [] }, {}, "does-not-load folder-missing"],
  [
    "a folder that is gone",
    { copies: [copyValue({ folder: absentFolder(INSTALLED) })] },
    {},
    "does-not-load folder-missing",
  ],
  ["no manifest", withFolder({ manifest: absent }), {}, "does-not-load manifest-broken"],
])("Codex would load: %s", (_name, facts, around, expected) => {
  expect(shortly(answer({ host: "codex", ...facts }, around))).toBe(expected);
});
