import { expect, test } from "vitest";
import type { PluginAudit } from "#audit/plugins/audit-plugins.ts";
import { comparedWithLock } from "#audit/plugins/compared-with-lock.ts";
import { type JudgedPlugin, judgePlugin } from "#audit/plugins/judge-plugin.ts";
import { changesSince, KeptAudit, keptAudit } from "#audit/plugins/kept-audit.ts";
import type { PluginFacts } from "#audit/plugins/plugin-facts.ts";
import { stateOf } from "#audit/plugins/plugin-state.ts";
import { lockOf, lockText, PluginsLock } from "#audit/plugins/plugins-lock.ts";
import { parseJson } from "#base/json.ts";
import type { MarketplaceEntry, MarketplaceSource } from "#claude/plugins/marketplace.ts";
import {
  absentFolder,
  aroundValue,
  CACHE,
  copyValue,
  enabledValue,
  entryValue,
  folderValue,
  foundMatch,
  marketplaceValue,
  objectId,
  offeredValue,
  pluginValue,
  recordValue,
} from "#test/plugin-values.ts";

function judge(facts: Partial<PluginFacts> = {}, unreadable = false): JudgedPlugin {
  return judgePlugin(pluginValue(facts), aroundValue(unreadable ? { settings: "unreadable" } : {}));
}

function auditOf(...plugins: readonly JudgedPlugin[]): PluginAudit {
  return { plugins, findings: [] };
}

const audit = auditOf(judge());
const edited = judge({
  copies: [
    copyValue({
      bytes: { kind: "read", tree: objectId("7"), files: [], bytes: 0 },
      match: { kind: "not-found", whole: true, commits: 3 },
    }),
  ],
});
const unread = judge({ copies: [copyValue({ bytes: { kind: "unreadable", path: "/x", detail: "" } })] });
const moved = judge({
  marketplace: marketplaceValue({ source: { kind: "github", repo: "evil/mkt", ref: null } }),
});

test("countersign audit lock: one plugin", () => {
  expect(lockText(lockOf(audit))).toBe(`{
  "schema": "countersign/plugins-lock/1",
  "plugins": [
    {
      "host": "claude",
      "id": "alpha@lab",
      "source": {
        "marketplace": "lab",
        "kind": "github",
        "from": "lab/mkt",
        "ref": null,
        "path": "plugins/alpha"
      },
      "version": "1.0.0",
      "commit": "${objectId("a")}",
      "tree": "${objectId("1")}"
    }
  ]
}
`);
});

test("a lock is read again as it was written, and nothing else is taken for one", () => {
  const text = lockText(lockOf(audit));
  expect(parseJson(text, PluginsLock)).toEqual(lockOf(audit));
  expect(() => parseJson(text.replace("lock/1", "lock/2"), PluginsLock)).toThrow();
  expect(() => parseJson(text.replace('"version"', '"more": 1,\n      "version"'), PluginsLock)).toThrow();
});

test.each<readonly [string, PluginAudit, readonly string[], number]>([
  ["the same", audit, [], 0],
  ["other files", auditOf(edited), ["content-changed"], 1],
  ["another marketplace under the same name", auditOf(moved), ["source-changed"], 1],
  ["files that cannot be read", auditOf(unread), ["not-comparable"], 2],
  ["a load that cannot be foretold", auditOf(judge({}, true)), ["not-comparable"], 2],
  ["disabled", auditOf(judge({ enablement: enabledValue(false) })), ["disappeared"], 1],
  ["gone", auditOf(), ["disappeared"], 1],
  ["one more", auditOf(judge(), judge({ id: "beta@lab" })), ["appeared"], 1],
  [
    "the same files by another commit and under another record",
    auditOf(judge({ copies: [copyValue({ record: recordValue({ gitCommitSha: objectId("b") }) })] })),
    [],
    0,
  ],
])("beside the lock there is now: %s", (_name, now, kinds, exitCode) => {
  const { changes, exitCode: code } = comparedWithLock(lockOf(audit), now);
  expect(changes.map(({ kind }) => kind)).toEqual(kinds);
  expect(code).toBe(exitCode);
});

test("changes come out by host and id", () => {
  const state = stateOf(judge());
  const plugins: PluginsLock["plugins"] = [
    { ...state, id: "b" },
    { ...state, id: "a", host: "codex" },
  ];
  const { changes } = comparedWithLock({ ...lockOf(audit), plugins }, auditOf(judge({ id: "c" })));
  expect(changes.map(({ kind, host, id }) => `${kind} ${host} ${id}`)).toEqual([
    "disappeared claude b",
    "appeared claude c",
    "disappeared codex a",
  ]);
});

const sources: readonly (readonly [MarketplaceSource, string | null])[] = [
  [{ kind: "github", repo: "lab/mkt", ref: "v1" }, "lab/mkt"],
  [{ kind: "git", url: "https://me:secret@host/y.git?token=x", ref: null }, "https://host/y.git"],
  [{ kind: "git", url: "git@host:lab/mkt.git", ref: null }, "git@host:lab/mkt.git"],
  [{ kind: "url", url: "https://host/y.json" }, "https://host/y.json"],
  [{ kind: "npm", package: "mkt" }, "mkt"],
  [{ kind: "directory", path: "/home/u/src" }, null],
  [{ kind: "other", name: "new" }, null],
];

test.each(sources)(
  "a marketplace from %j is locked as %s, without secrets and folders of this machine",
  (source, from) => {
    const state = stateOf(judge({ marketplace: marketplaceValue({ source }) }));
    expect(state.source).toMatchObject({ kind: source.kind, from });
    expect(JSON.stringify(state)).not.toMatch(/secret|token|\/home/);
  },
);

const places: readonly (readonly [MarketplaceEntry["source"], string | null])[] = [
  [{ kind: "relative", path: "plugins/alpha" }, "plugins/alpha"],
  [{ kind: "escaping", path: "../x" }, "../x"],
  [{ kind: "github", repo: "a/b", path: "", ref: null, sha: null }, "a/b"],
  [{ kind: "github", repo: "a/b", path: "sub", ref: null, sha: null }, "a/b/sub"],
  [
    { kind: "git", url: "https://me:secret@host/y.git", path: "sub", ref: null, sha: null },
    "https://host/y.git#sub",
  ],
  [{ kind: "npm", package: "alpha", version: "1" }, "alpha"],
  [{ kind: "other", text: "archive" }, null],
];

test.each(places)("a plugin from %j is locked as %s", (source, path) => {
  expect(stateOf(judge({ entry: entryValue({ source }) })).source.path).toBe(path);
});

test("what stands in a lock is what is loaded, not what is recorded", () => {
  const directory = marketplaceValue({ source: { kind: "directory", path: "/src" } });
  const live = offeredValue({
    tree: objectId("5"),
    version: "2.0.0",
    folder: folderValue("/src/plugins/alpha", "2.0.0"),
  });
  expect(stateOf(judge({ marketplace: directory, offered: live }))).toMatchObject({
    tree: objectId("5"),
    version: "2.0.0",
    commit: null,
  });
  expect(stateOf(judge({ marketplace: directory, offered: null }))).toMatchObject({
    tree: null,
    version: null,
  });
  const bare = judge({ marketplace: null, entry: null, offered: null, copies: [] });
  expect(stateOf(bare)).toMatchObject({
    tree: null,
    commit: null,
    source: { marketplace: null, path: null },
  });
  expect(stateOf(edited).commit).toBeNull();
  const record = recordValue({ gitCommitSha: "no commit" });
  expect(stateOf(judge({ copies: [copyValue({ record })] })).commit).toBeNull();
});

test("an audit that was kept is read again, and nothing changed since", () => {
  const kept = keptAudit(audit);
  expect(parseJson(JSON.stringify(kept), KeptAudit)).toEqual(kept);
  expect(changesSince(kept, kept)).toEqual([]);
});

test("what changed since: bytes first, then what is said of them", () => {
  const id = { host: "claude", id: "alpha@lab" };
  const record = copyValue({
    recorded: { kind: "here", tree: objectId("0"), version: null },
    match: foundMatch("b"),
  });
  const changes = changesSince(keptAudit(audit), {
    ...keptAudit(auditOf(judge({ copies: [record] }), judge({ id: "beta@lab" }))),
    findings: ["hooks-off"],
  });
  expect(changes).toEqual([
    { kind: "appeared", host: "claude", id: "beta@lab", now: expect.anything() },
    { kind: "consistency-changed", ...id, before: "in-sync", now: "false-record" },
    { kind: "findings-changed", ...id, appeared: ["false-record"], gone: [] },
    { kind: "findings-changed", host: null, id: null, appeared: ["hooks-off"], gone: [] },
  ]);
  const folder = absentFolder(`${CACHE}/1.0.0`);
  const gone = keptAudit(
    auditOf(judge({ copies: [copyValue({ folder, cached: null, bytes: { kind: "absent" } })] })),
  );
  expect(changesSince(keptAudit(audit), gone).map(({ kind }) => kind)).toEqual([
    "not-comparable",
    "load-changed",
    "consistency-changed",
    "findings-changed",
  ]);
  expect(changesSince(gone, keptAudit(audit))).toContainEqual({
    kind: "findings-changed",
    ...id,
    appeared: [],
    gone: ["enabled-not-loaded", "record-points-nowhere"],
  });
});
