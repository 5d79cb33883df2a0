import { expect, test } from "vitest";
import { bytesFindings } from "#audit/plugins/bytes-findings-of.ts";
import { weightOf } from "#audit/plugins/findings/describe-finding.ts";
import { type JudgedPlugin, judgePlugin } from "#audit/plugins/judge-plugin.ts";
import type { LoadSurroundings } from "#audit/plugins/next-load.ts";
import type { CopyFacts, PluginFacts } from "#audit/plugins/plugin-facts.ts";
import {
  absentFolder,
  aroundValue,
  CACHE,
  cachedValue,
  copyValue,
  enabledValue,
  entryValue,
  folderValue,
  foundMatch,
  marketplaceValue,
  objectId,
  offeredValue,
  PROJECT,
  pluginValue,
  recordValue,
} from "#test/plugin-values.ts";

function judge(facts: Partial<PluginFacts> = {}, around: Partial<LoadSurroundings> = {}): JudgedPlugin {
  return judgePlugin(pluginValue(facts), aroundValue(around));
}

function kinds({ findings }: JudgedPlugin): readonly string[] {
  return findings.map(({ kind }) => kind);
}

const LINE = { commit: objectId("b"), at: "2026-01-02T03:04:05Z", subject: "Two" };
const cut = { kind: "not-found", whole: false, commits: 1 } as const;
const broken = { path: "/x", kind: "unreadable", detail: "not valid JSON" } as const;
const two = offeredValue({ version: "2.0.0", tree: objectId("2"), commit: objectId("b") });
const oneStill = copyValue({ besideOffered: "older", missing: [LINE] });
const unseen: Partial<CopyFacts> = {
  recorded: { kind: "not-here" },
  match: cut,
  besideRecorded: null,
  besideOffered: null,
  missing: null,
};
const pinned = entryValue({
  source: { kind: "github", repo: "a/b", path: "", ref: null, sha: objectId("c") },
});
const elsewhere = { match: { kind: "not-searched", why: "its repository is not on this machine" } } as const;
const live = {
  marketplace: marketplaceValue({
    source: { kind: "directory", path: "/src" },
    stands: "folder",
    clone: { kind: "none" },
  }),
};

test.each<readonly [string, Partial<PluginFacts>, string, readonly string[]]>([
  ["all is well", {}, "in-sync", []],
  ["upstream moved, the clone too", { offered: two, copies: [oneStill] }, "behind", ["marketplace-ahead"]],
  [
    "the same in a shallow clone",
    { offered: two, copies: [copyValue(unseen)] },
    "behind",
    ["marketplace-ahead", "bytes-unproven"],
  ],
  [
    "bytes as offered in a shallow clone, the recorded commit not here",
    { copies: [copyValue({ ...unseen, match: foundMatch("c") })] },
    "unknown",
    ["record-unproven"],
  ],
  [
    "new content under the same version",
    { offered: offeredValue({ tree: objectId("2"), commit: objectId("b") }), copies: [oneStill] },
    "drifted",
    ["same-version-other-content"],
  ],
  [
    "the clone went back",
    {
      offered: offeredValue({ tree: objectId("2"), version: "0.9.0", commit: objectId("b") }),
      copies: [copyValue({ besideOffered: "newer" })],
    },
    "behind",
    ["install-ahead"],
  ],
  [
    "a newer version than the clone has, in a shallow clone",
    {
      offered: offeredValue({ tree: objectId("2"), version: "0.9.0", commit: objectId("b") }),
      copies: [copyValue(unseen)],
    },
    "behind",
    ["install-ahead", "bytes-unproven"],
  ],
  [
    "the record is one behind",
    {
      copies: [
        copyValue({
          recorded: { kind: "here", tree: objectId("0"), version: "0.9.0" },
          match: foundMatch("b"),
          besideRecorded: "newer",
        }),
      ],
    },
    "false-record",
    ["false-record"],
  ],
  [
    "the folder is gone",
    { copies: [copyValue({ folder: absentFolder(`${CACHE}/1.0.0`), cached: null })] },
    "missing",
    ["record-points-nowhere", "enabled-not-loaded"],
  ],
  [
    "the folder of a disabled plugin is gone",
    {
      enablement: enabledValue(false),
      copies: [copyValue({ folder: absentFolder(`${CACHE}/1.0.0`), cached: null })],
    },
    "missing",
    ["record-points-nowhere"],
  ],
  ["disabled on purpose", { enablement: enabledValue(false) }, "not-loaded", []],
  ["outside the cache", { copies: [copyValue({ cached: null })] }, "in-sync", ["record-outside-cache"]],
  [
    "version unknown",
    {
      copies: [
        copyValue({
          record: recordValue({ version: "unknown" }),
          folder: folderValue(`${CACHE}/unknown`, null),
          cached: cachedValue("unknown"),
        }),
      ],
    },
    "in-sync",
    ["unknown-version"],
  ],
  [
    "version unknown in the folder's name only",
    {
      copies: [
        copyValue({
          record: recordValue({ version: null, installPath: `${CACHE}/unknown` }),
          folder: folderValue(`${CACHE}/unknown`, null),
          cached: cachedValue("unknown"),
        }),
      ],
    },
    "in-sync",
    ["unknown-version"],
  ],
  [
    "a record of version 1, without a commit",
    { copies: [copyValue({ record: recordValue({ gitCommitSha: null }), recorded: { kind: "none" } })] },
    "in-sync",
    [],
  ],
  [
    "the record's version lies",
    { copies: [copyValue({ record: recordValue({ version: "5.5.5", installPath: `${CACHE}/1.0.0` }) })] },
    "false-record",
    ["manifest-version-differs"],
  ],
  [
    "a version with characters that no folder has",
    {
      copies: [
        copyValue({
          record: recordValue({ version: "1.0.0+a/b" }),
          folder: folderValue(`${CACHE}/1.0.0-a-b`, "1.0.0+a/b"),
          cached: cachedValue("1.0.0-a-b"),
        }),
      ],
    },
    "in-sync",
    [],
  ],
  [
    "edited by hand",
    {
      copies: [
        copyValue({
          bytes: { kind: "read", tree: objectId("7"), files: [], bytes: 0 },
          match: { kind: "not-found", whole: true, commits: 4 },
          differences: {
            against: objectId("a"),
            files: [{ path: "hooks/stop.sh", how: "changed" }],
            younger: true,
          },
          besideOffered: null,
        }),
      ],
    },
    "tampered",
    ["cache-edited"],
  ],
  [
    "a file added",
    {
      copies: [
        copyValue({
          bytes: { kind: "read", tree: objectId("7"), files: [], bytes: 0 },
          match: cut,
          differences: {
            against: objectId("a"),
            files: [{ path: "hooks/x.sh", how: "added" }],
            younger: true,
          },
          besideOffered: null,
        }),
      ],
    },
    "drifted",
    ["files-added"],
  ],
  [
    "files that cannot be read",
    { copies: [copyValue({ bytes: { kind: "unreadable", path: "/x/y", detail: "EACCES" } })] },
    "unknown",
    ["bytes-unreadable"],
  ],
  [
    "edited, with nothing to compare with",
    {
      copies: [
        copyValue({
          ...unseen,
          recorded: { kind: "none" },
          match: { kind: "not-found", whole: true, commits: 4 },
          bytes: { kind: "read", tree: objectId("7"), files: [], bytes: 0 },
        }),
      ],
    },
    "tampered",
    ["cache-edited"],
  ],
  [
    "manifest and hooks broken",
    {
      copies: [
        copyValue({ folder: folderValue(`${CACHE}/1.0.0`, null, { manifest: broken, hooks: broken }) }),
      ],
    },
    "not-loaded",
    ["manifest-broken", "hooks-broken", "enabled-not-loaded"],
  ],
  [
    "of another repository that is not here",
    {
      entry: entryValue({ source: { kind: "github", repo: "a/b", path: "", ref: null, sha: null } }),
      offered: null,
      copies: [copyValue({ ...unseen, ...elsewhere })],
    },
    "unknown",
    ["bytes-unproven"],
  ],
  [
    "from npm",
    {
      entry: entryValue({ source: { kind: "npm", package: "a", version: null } }),
      offered: null,
      copies: [
        copyValue({
          ...unseen,
          ...elsewhere,
          recorded: { kind: "none" },
          record: recordValue({ gitCommitSha: null }),
        }),
      ],
    },
    "unknown",
    ["bytes-unproven"],
  ],
  [
    "pinned to another commit than the recorded one",
    { entry: pinned, offered: null, copies: [copyValue({ ...unseen, ...elsewhere })] },
    "behind",
    ["pin-ignored", "bytes-unproven"],
  ],
  [
    "pinned to another commit than the proven one",
    { entry: pinned, offered: two, copies: [oneStill] },
    "behind",
    ["pin-ignored", "marketplace-ahead"],
  ],
  [
    "pinned to another commit with the same content",
    { entry: pinned, offered: offeredValue({ commit: objectId("c") }) },
    "in-sync",
    [],
  ],
  [
    "a source that climbs out",
    { entry: entryValue({ source: { kind: "escaping", path: "../x" } }), offered: null },
    "unknown",
    ["path-escapes"],
  ],
  [
    "the marketplace names another version than the plugin",
    { entry: entryValue({ version: "9.0.0" }) },
    "in-sync",
    ["entry-version-differs"],
  ],
  ["no longer offered", { entry: null, offered: null }, "not-loaded", ["enabled-not-loaded"]],
  ["read where it lies, as installed", live, "in-sync", ["directory-source-live"]],
  [
    "read where it lies, and edited",
    { ...live, offered: offeredValue({ tree: objectId("5") }) },
    "drifted",
    ["directory-source-live"],
  ],
  [
    "read where it lies, never installed",
    { ...live, copies: [] },
    "unknown",
    ["directory-source-live", "loaded-without-record", "nothing-to-compare"],
  ],
  ["read where it lies, and gone", { ...live, offered: null }, "not-loaded", ["enabled-not-loaded"]],
  [
    "nothing is known of it",
    { copies: [], marketplace: null, entry: null, offered: null },
    "not-loaded",
    ["enabled-not-loaded"],
  ],
])("%s", (_name, facts, consistency, expected) => {
  const judged = judge(facts);
  expect({ is: judged.consistency.kind, kinds: kinds(judged) }).toEqual({ is: consistency, kinds: expected });
  const weighs = judged.findings.some((finding) => weightOf(finding) !== "note");
  expect(weighs || judged.consistency.kind !== "unknown", "what is unknown is never clean").toBe(true);
});

test("what its marketplace offers by now is not here to compare with", () => {
  const entry = entryValue({ source: { kind: "github", repo: "a/b", path: "", ref: null, sha: null } });
  const judged = judge({ entry, offered: null });
  expect(judged.consistency).toEqual({ kind: "unknown", why: "offer-not-here" });
  expect(judged.findings).toMatchObject([{ kind: "nothing-to-compare", why: "offer-not-here" }]);
});

test("of a plugin that is off, nothing is doubted for want of a history", () => {
  const off = { enablement: enabledValue(false) };
  expect(kinds(judge({ ...off, copies: [copyValue({ ...unseen, match: foundMatch("c") })] }))).toEqual([]);
  const unproven = { ...off, offered: null, copies: [copyValue({ ...unseen, ...elsewhere })] };
  expect(kinds(judge(unproven))).toEqual([]);
  expect(kinds(judge({ ...off, ...live }))).toEqual([]);
});

test("recorded commit and version agree with the marketplace, and only the bytes tell that they are old", () => {
  const moved = copyValue({
    record: recordValue({ gitCommitSha: objectId("b") }),
    bytes: { kind: "read", tree: objectId("1"), files: [], bytes: 0 },
    recorded: { kind: "here", tree: objectId("2"), version: "1.0.0" },
    match: foundMatch("a"),
    besideRecorded: "older",
    besideOffered: "older",
    missing: [LINE],
  });
  const offered = offeredValue({ tree: objectId("2"), commit: objectId("b") });
  const commitsAgree =
    moved.record?.gitCommitSha === offered.commit && moved.record?.version === offered.version;
  expect(commitsAgree).toBe(true);
  expect(judge({ offered, copies: [moved] }).consistency).toEqual({ kind: "false-record" });

  const shallow = { ...moved, match: cut, besideRecorded: null, besideOffered: null, missing: null };
  const judged = judge({ offered, copies: [shallow] });
  expect(judged.consistency).toEqual({ kind: "drifted", why: "unexplained" });
  expect(kinds(judged), "one cause, told once").toEqual(["bytes-unexplained"]);
});

test("records: the first hides another, two of one folder contradict each other", () => {
  const project = copyValue({
    record: recordValue({ index: 1, scope: "project", projectPath: PROJECT, version: "2.0.0" }),
    folder: folderValue(`${CACHE}/2.0.0`, "2.0.0"),
    cached: cachedValue("2.0.0"),
  });
  const shadowed = judge({ copies: [copyValue(), project] });
  expect(shadowed.consistency.kind).toBe("ambiguous");
  expect(kinds(shadowed)).toEqual(["scope-shadowed"]);

  const same = (more: Parameters<typeof recordValue>[0], tree = "1") =>
    copyValue({
      record: recordValue({ index: 1, installPath: `${CACHE}/1.0.0`, ...more }),
      recorded: { kind: "here", tree: objectId(tree), version: "1.0.0" },
    });
  const of = (copy: CopyFacts) => kinds(judge({ copies: [copyValue(), copy] }));
  expect(of(same({ version: "3.0.0" }))).toEqual(["manifest-version-differs", "records-contradict"]);
  expect(of(same({ gitCommitSha: objectId("b") }))).toEqual([]);
  expect(of(same({ gitCommitSha: objectId("b") }, "2"))).toEqual(["false-record", "records-contradict"]);
  expect(of({ ...same({}), recorded: { kind: "not-here" }, match: foundMatch("c") })).toEqual([
    "record-unproven",
  ]);
  expect(of({ ...same({ version: "3.0.0" }), applies: false })).toEqual(["manifest-version-differs"]);
});

test("a record of another project is told as a note", () => {
  const gone = copyValue({ applies: false, folder: absentFolder(`${CACHE}/1.0.0`), cached: null });
  const judged = judge({ copies: [copyValue(), gone] });
  expect(judged.findings).toMatchObject([{ kind: "record-points-nowhere", counts: false }]);
  expect(judged.consistency).toEqual({ kind: "in-sync" });
});

test("what cannot be foretold is never in sync", () => {
  const judged = judge({}, { settings: "unreadable" });
  expect(judged.consistency).toEqual({ kind: "unknown", why: "load-not-known" });
  expect(kinds(judged)).toEqual(["load-unknown"]);
});

test("Codex: what it would load is held against what its marketplace offers", () => {
  const codex = (facts: Partial<PluginFacts>) => judge({ host: "codex", ...facts });
  const unclaimed = copyValue({ record: recordValue({ gitCommitSha: null }), recorded: { kind: "none" } });
  expect(codex({ copies: [unclaimed] }).consistency).toEqual({ kind: "in-sync" });
  expect(
    kinds(codex({ copies: [{ ...unclaimed, besideOffered: "older", missing: [LINE] }], offered: two })),
  ).toEqual(["marketplace-ahead"]);
});

test("Codex: what is off is not called enabled where its configuration cannot be read", () => {
  const off = judge({ host: "codex", enablement: enabledValue(false) }, { records: "unreadable" });
  expect(kinds(off)).toEqual([]);
  expect(kinds(judge({ host: "codex" }, { records: "unreadable" }))).toEqual(["enabled-not-loaded"]);
});

test("a plugin that is read in place without a manifest has no version", () => {
  const manifest = { path: "/src/plugin.json", kind: "absent" } as const;
  const folder = folderValue("/src/plugins/alpha", null, { manifest });
  const judged = judge({ ...live, offered: offeredValue({ version: null, folder, tree: null }) });
  expect(judged.findings).toMatchObject([
    { kind: "directory-source-live", live: null, same: null },
    { kind: "nothing-to-compare" },
  ]);
});

test("of a copy without a record that nothing explains, no commit is named", () => {
  const copy = copyValue({ record: null });
  expect(bytesFindings(pluginValue(), copy, { kind: "unexplained" })).toMatchObject([
    { recorded: null, files: null },
  ]);
});
