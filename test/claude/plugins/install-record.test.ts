import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readInstallRecords } from "#claude/plugins/install-record.ts";
import { SPOILED, spoil, spoilings } from "#test/plugins/spoiled-file.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const RECORD = {
  scope: "user",
  installPath: "/c/cache/mkt/alpha/1.0.0",
  version: "1.0.0",
  installedAt: "2026-11-01T09:00:00.000Z",
  lastUpdated: "2026-11-02T09:00:00.000Z",
  gitCommitSha: "0123456789012345678901234567890123456789",
};
const { scope: _scope, ...FIRST } = RECORD;

function read(value: unknown) {
  const path = join(scratchFolder(), "installed_plugins.json");
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return readInstallRecords(path);
}

test("records keep the order of the file, whatever their scopes are", () => {
  const project = { scope: "project", projectPath: "/p", installPath: "/c/cache/mkt/alpha/2.0.0" };
  const found = read({ version: 2, plugins: { "beta@mkt": [RECORD], "alpha@mkt": [project, RECORD] } });
  expect(found).toEqual({
    path: found.path,
    kind: "read",
    dropped: [],
    value: [
      { plugin: "beta@mkt", index: 0, projectPath: null, ...RECORD },
      {
        plugin: "alpha@mkt",
        index: 0,
        ...project,
        version: null,
        installedAt: null,
        lastUpdated: null,
        gitCommitSha: null,
      },
      { plugin: "alpha@mkt", index: 1, projectPath: null, ...RECORD },
    ],
  });
});

test.each([1, undefined, "2"])("a file of version %s has one record for each plugin", (version) => {
  const found = read({ version, plugins: { "alpha@mkt": FIRST } });
  const value = [{ plugin: "alpha@mkt", index: 0, projectPath: null, ...RECORD }];
  expect(found).toEqual({ path: found.path, kind: "read", dropped: [], value });
});

test("a version that nobody has seen is not guessed at", () => {
  expect(read({ version: 3, plugins: { "alpha@mkt": [RECORD] } })).toMatchObject({
    kind: "newer",
    version: "3",
  });
});

test("what is not the id of a plugin is dropped, and told", () => {
  const plugins = `{"__proto__":[{"installPath":"/x"}],"odd":[3],"a@b@c":[],"alpha@mkt":[${JSON.stringify(RECORD)}]}`;
  const found = read(`{"version":2,"plugins":${plugins}}`);
  expect(found).toMatchObject({ kind: "read", value: [{ plugin: "alpha@mkt" }] });
  expect(found.kind === "read" && found.dropped).toEqual([
    "__proto__: not the id of a plugin",
    "odd: not the id of a plugin",
    "a@b@c: not the id of a plugin",
  ]);
});

test.each([
  ["no list", { "alpha@mkt": RECORD }, "alpha@mkt"],
  ["without a path", { "alpha@mkt": [RECORD, { scope: "user" }] }, "record 2 of alpha@mkt"],
  [
    "of a scope that nobody knows",
    { "alpha@mkt": [{ ...RECORD, scope: "galaxy" }] },
    "record 1 of alpha@mkt",
  ],
  ["with a number for its version", { "alpha@mkt": [{ ...RECORD, version: 1 }] }, "record 1 of alpha@mkt"],
  ["no text", { "alpha@mkt": [RECORD, null] }, "record 2 of alpha@mkt"],
])("a record that is %s spoils the whole list, as for the host", (_what, plugins, named) => {
  const found = read({ version: 2, plugins: { ...plugins, "beta@mkt": [RECORD] } });
  expect(found).toMatchObject({ kind: "unreadable", detail: `${named} is of an unknown shape` });
});

test("so do a byte order mark, and plugins that are no object", () => {
  expect(read(`\uFEFF${JSON.stringify({ version: 2, plugins: {} })}`).kind).toBe("unreadable");
  expect(read({ version: 2, plugins: [] }).kind).toBe("unreadable");
  expect(read({ version: 2 }).kind).toBe("unreadable");
});

test.each(spoilings())("a file that is %s is a result", (how) => {
  const path = join(scratchFolder(), "installed_plugins.json");
  spoil(path, how);
  expect(readInstallRecords(path)).toMatchObject({ path, kind: SPOILED[how] });
});

test("a file that is too large is not read, however much sense it may make", () => {
  const path = join(scratchFolder(), "installed_plugins.json");
  writeFileSync(path, JSON.stringify({ version: 2, plugins: {} }).padEnd(16 * 1024 * 1024, " "));
  expect(readInstallRecords(path).kind).toBe("read");
  writeFileSync(path, " ", { flag: "a" });
  expect(readInstallRecords(path)).toMatchObject({
    kind: "unreadable",
    detail: "it has 16777217 bytes, and no more than 16777216 are read",
  });
});
