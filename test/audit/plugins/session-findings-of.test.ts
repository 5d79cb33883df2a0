import { expect, test } from "vitest";
import { weightOf } from "#audit/plugins/findings/describe-finding.ts";
import { judgePlugin } from "#audit/plugins/judge-plugin.ts";
import type { LoadSurroundings } from "#audit/plugins/next-load.ts";
import type { CopyFacts, PluginFacts } from "#audit/plugins/plugin-facts.ts";
import { ObjectId } from "#base/ids.ts";
import type { Holder } from "#claude/plugins/cached-version.ts";
import type { UnrecordedPlugin } from "#claude/plugins/unrecorded-plugin.ts";
import {
  absentFolder,
  aroundValue,
  CACHE,
  cachedValue,
  copyValue,
  enabledValue,
  folderValue,
  liveValue,
  objectId,
  pluginValue,
} from "#test/plugin-values.ts";

const ONE = `${CACHE}/1.0.0`;
const OLD = `${CACHE}/0.9.0`;

function found(facts: Partial<PluginFacts>, around: Partial<LoadSurroundings> = {}) {
  return judgePlugin(pluginValue(facts), aroundValue(around)).findings;
}

function kinds(facts: Partial<PluginFacts>, around: Partial<LoadSurroundings> = {}): readonly string[] {
  return found(facts, around).map(({ kind }) => kind);
}

function holder(pid: number, state: Holder["state"]): Holder {
  return { path: `${OLD}/.in_use/${pid}`, pid, procStart: "1", state };
}

/** A version in the cache that no record names. */
function unrecorded(holders: readonly Holder[], orphanedAt: number | null = null): CopyFacts {
  const cached = cachedValue("0.9.0", { holders, orphanedAt });
  const bytes = { kind: "read", tree: objectId("2"), files: [], bytes: 0 } as const;
  return copyValue({ record: null, applies: false, cached, folder: cached.folder, bytes });
}

test.each<readonly [string, Partial<PluginFacts>, readonly string[]]>([
  [
    "runs what a new one would load",
    { live: [liveValue({ kind: "marker", path: ONE, version: "1.0.0" })] },
    [],
  ],
  [
    "runs an older version",
    { live: [liveValue({ kind: "marker", path: OLD, version: "0.9.0" })] },
    ["update-pending-restart"],
  ],
  [
    "ran an older version at its first stop",
    {
      live: [liveValue({ kind: "recorded", path: OLD, version: null, at: "" })],
      copies: [copyValue(), unrecorded([])],
    },
    ["update-pending-restart", "leftover-versions"],
  ],
  [
    "is disabled meanwhile",
    { enablement: enabledValue(false), live: [liveValue({ kind: "marker", path: ONE, version: "1.0.0" })] },
    ["still-loaded"],
  ],
  [
    "holds two versions",
    { live: [liveValue({ kind: "markers", paths: [OLD, ONE], first: null })] },
    ["two-versions-in-process"],
  ],
  [
    "holds two versions, the older first",
    { live: [liveValue({ kind: "markers", paths: [OLD, ONE], first: OLD })] },
    ["update-pending-restart", "two-versions-in-process"],
  ],
  [
    "was given it by itself",
    { live: [liveValue({ kind: "argument", path: "/x" }), liveValue({ kind: "environment", path: "/x" })] },
    [],
  ],
  ["is not known", { live: [liveValue({ kind: "unknown" })] }, []],
  [
    "reads it in place",
    { live: [liveValue({ kind: "directory-source", path: "/src" })] },
    ["update-pending-restart"],
  ],
])("a session %s", (_name, facts, expected) => {
  expect(kinds(facts)).toEqual(expected);
});

const recorded = (path: string) => ({ kind: "recorded", path, version: null, at: "" }) as const;
const [SAME, OTHER] = [objectId("1"), objectId("3")];

test.each<readonly [string, Partial<PluginFacts>, readonly string[]]>([
  [
    "the same files in another folder need no restart",
    {
      live: [liveValue({ kind: "marker", path: OLD, version: "0.9.0" })],
      copies: [copyValue(), { ...unrecorded([]), bytes: copyValue().bytes }],
    },
    ["leftover-versions"],
  ],
  [
    "nor do those that it had there at its first stop, whatever lies there now",
    { live: [liveValue(recorded(OLD), 7, SAME)], copies: [copyValue(), unrecorded([])] },
    ["changed-under-session", "leftover-versions"],
  ],
  [
    "it had others there at its first stop than lie there now",
    {
      live: [liveValue(recorded(OLD), 7, OTHER)],
      copies: [copyValue(), { ...unrecorded([]), bytes: copyValue().bytes }],
    },
    ["update-pending-restart", "changed-under-session", "leftover-versions"],
  ],
  ["its own folder was changed", { live: [liveValue(recorded(ONE), 7, OTHER)] }, ["changed-under-session"]],
  [
    "its own folder was changed, which is marked",
    { live: [liveValue({ kind: "marker", path: ONE, version: "1.0.0" }, 7, OTHER)] },
    ["changed-under-session"],
  ],
  ["its own folder is as it was", { live: [liveValue(recorded(ONE), 7, SAME)] }, []],
  [
    "trees of two object formats say nothing",
    { live: [liveValue(recorded(ONE), 7, ObjectId.parse("1".repeat(64)))] },
    [],
  ],
])("by bytes: %s", (_name, facts, expected) => {
  expect(kinds(facts)).toEqual(expected);
});

test("files that change outside of the cache are somebody's work, and a note", () => {
  const live = [liveValue(recorded(ONE), 7, OTHER)];
  const weights = (copy: CopyFacts) =>
    found({ live, copies: [copy] })
      .filter(({ kind }) => kind === "changed-under-session")
      .map(weightOf);
  expect(weights(copyValue())).toEqual(["finding"]);
  expect(weights(copyValue({ cached: null }))).toEqual(["note"]);
  const unread = copyValue({ bytes: { kind: "absent" } });
  expect(weights(unread)).toEqual([]);
});

test("one process in two versions makes the plugin ambiguous", () => {
  const facts = pluginValue({ live: [liveValue({ kind: "markers", paths: [OLD, ONE], first: null })] });
  expect(judgePlugin(facts, aroundValue()).consistency).toEqual({ kind: "ambiguous" });
});

test("a folder that was removed under a session is told, by the record or by its neighbours", () => {
  const recorded = (path: string) => [liveValue({ kind: "recorded", path, version: null, at: "" })];
  const gone = "folder-gone-under-session";
  expect(kinds({ live: recorded(OLD) })).toContain(gone);
  expect(kinds({ live: recorded(OLD), copies: [copyValue(), unrecorded([])] })).not.toContain(gone);
  expect(kinds({ live: recorded("/given/alpha") })).not.toContain(gone);
  expect(kinds({ live: recorded("/x/y"), copies: [copyValue({ cached: null })] })).not.toContain(gone);
  const copies = [copyValue({ folder: absentFolder(ONE), cached: null })];
  expect(kinds({ live: recorded(ONE), copies })).toContain(gone);
});

test.each<readonly [string, readonly CopyFacts[], readonly string[]]>([
  ["left", [copyValue(), unrecorded([])], ["leftover-versions"]],
  ["given up", [copyValue(), unrecorded([], 5)], ["leftover-versions"]],
  ["given up and in use", [copyValue(), unrecorded([holder(7, "alive")], 5)], ["orphaned-but-held"]],
  ["in use without a record", [copyValue(), unrecorded([holder(7, "alive")])], ["loaded-without-record"]],
  [
    "held by the dead",
    [copyValue(), unrecorded([holder(7, "dead"), holder(8, "recycled")])],
    ["dead-holders", "leftover-versions"],
  ],
  ["held by who cannot be seen", [copyValue(), unrecorded([holder(7, "unseen")])], ["leftover-versions"]],
  ["named by two records", [copyValue(), copyValue({ applies: false })], []],
])("a folder of the cache that is %s", (_name, copies, expected) => {
  expect(kinds({ copies })).toEqual(expected);
});

test("what was given up is replaced where a new session loads another folder", () => {
  const copies = [copyValue(), unrecorded([holder(7, "alive")], 5)];
  expect(found({ copies })).toMatchObject([{ replaced: true, pids: [7] }]);
  expect(found({ copies: [unrecorded([holder(7, "alive")], 5)], enablement: null })).toMatchObject([
    { replaced: false },
  ]);
  const cached = cachedValue("1.0.0", { holders: [holder(7, "alive")], orphanedAt: 5 });
  expect(found({ copies: [copyValue({ cached })] })).toMatchObject([{ replaced: false }]);
});

test("plugins that no record can name are told, with who has them", () => {
  const given = (origin: UnrecordedPlugin["origin"], id: string): Partial<LoadSurroundings> => {
    return { unrecorded: [{ id, origin, folder: folderValue("/given", "7.0.0"), pids: [7] }] };
  };
  const bare = { marketplace: null, entry: null, offered: null, enablement: null };
  const copy = copyValue({ record: null, cached: null, folder: folderValue("/given", "7.0.0") });
  const unclaimed = { ...bare, copies: [copy] };
  const inline = { id: "alpha@inline", ...unclaimed };
  expect(found(inline, given("environment", "alpha@inline"))).toMatchObject([
    { kind: "loaded-without-record", by: "environment", path: "/given", pids: [7] },
    { kind: "nothing-to-compare", why: "no-claim" },
  ]);
  expect(found(inline, given("plugin-dir", "alpha@inline"))).toMatchObject([{ by: "plugin-dir", pids: [7] }]);
  const skill = { id: "beta@skills-dir", ...unclaimed };
  expect(found(skill, given("skills-dir", "beta@skills-dir"))).toMatchObject([
    { by: "skills-dir" },
    { kind: "nothing-to-compare" },
  ]);
  expect(found({ ...skill, id: "alpha@skills-dir" }, given("skills-dir", "alpha@skills-dir"))).toMatchObject([
    { kind: "enabled-not-loaded", reason: "name-taken" },
  ]);
  expect(kinds({}, given("environment", "alpha@inline"))).toEqual(["enabled-not-loaded"]);
  const broken = { path: "/given", kind: "unreadable", detail: "" } as const;
  const parts = { ...copy, folder: folderValue("/given", null, { hooks: broken }) };
  expect(kinds({ ...inline, copies: [parts] }, given("environment", "alpha@inline"))).toEqual([
    "hooks-broken",
    "loaded-without-record",
  ]);
});

test("a seed's plugin is held against its marketplace like an installed one", () => {
  const seeded: Partial<LoadSurroundings> = {
    unrecorded: [{ id: "alpha@lab", origin: "seed", folder: folderValue("/seed/alpha", "1.0.0"), pids: [] }],
  };
  const copy = copyValue({
    record: null,
    cached: null,
    folder: folderValue("/seed/alpha", "1.0.0"),
    recorded: { kind: "none" },
  });
  const judged = judgePlugin(pluginValue({ copies: [copy] }), aroundValue(seeded));
  expect(judged.consistency).toEqual({ kind: "in-sync" });
  expect(judged.findings).toMatchObject([{ kind: "loaded-without-record", by: "seed" }]);
});
