import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readPluginFolder } from "#claude/plugins/plugin-folder.ts";
import { json, pluginFiles } from "#test/plugins/plugin-files.ts";
import type { Files } from "#test/plugins/repository-spec.ts";
import { SPOILED, spoil, spoilings } from "#test/plugins/spoiled-file.ts";
import { writeFiles } from "#test/plugins/write-files.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const MANIFEST = ".claude-plugin/plugin.json";
const ALPHA = pluginFiles({ name: "alpha", version: "1.0.0", folder: "." });

function plugin(files: Files = {}): string {
  const folder = join(scratchFolder(), "alpha");
  writeFiles(folder, Object.entries({ ...ALPHA, ...files }));
  return folder;
}

test("a plugin is told with its manifest and whether its hooks can be read", () => {
  const path = plugin();
  expect(readPluginFolder(path)).toEqual({
    path,
    stands: "folder",
    manifest: {
      path: join(path, MANIFEST),
      kind: "read",
      dropped: [],
      value: { name: "alpha", version: "1.0.0", hooks: undefined },
    },
    hooks: { path: join(path, "hooks/hooks.json"), kind: "read", dropped: [], value: null },
  });
});

test("what stands there is a folder, one with marks alone, nothing, or something else", () => {
  const root = scratchFolder();
  const stands = (name: string) => readPluginFolder(join(root, name)).stands;
  writeFiles(root, [
    ["file", "x"],
    ["marked/.in_use/1", ""],
    ["marked/.orphaned_at", "1"],
    ["full/x", ""],
  ]);
  symlinkSync("full", join(root, "link"));
  mkdirSync(join(root, "bare"));
  spoil(join(root, "pipe"), "a pipe");
  expect(
    ["full", "link", "marked", "bare", "file", "pipe", "none", "file/below", "nul\0"].map(stands),
  ).toEqual([
    "folder",
    "folder",
    "empty",
    "empty",
    "not-a-folder",
    "not-a-folder",
    "absent",
    "absent",
    "unreadable",
  ]);
});

test("a link to itself in place of the folder", () => {
  const path = join(scratchFolder(), "alpha");
  spoil(path, "a link to itself");
  expect(readPluginFolder(path)).toMatchObject({ stands: "unreadable", manifest: { kind: "unreadable" } });
});

test.each([
  ["no version", { name: "alpha" }, { kind: "read", value: { version: null } }],
  ["no name", { version: "1.0.0" }, { kind: "unreadable" }],
  ["an empty name", { name: "" }, { kind: "unreadable" }],
  ["a number for its version", { name: "alpha", version: 1 }, { kind: "unreadable" }],
  ["a number for its hooks", { name: "alpha", hooks: 3 }, { kind: "unreadable" }],
  ["members that nobody knows", { name: "alpha", future: {} }, { kind: "read" }],
])("a manifest with %s is read as the host reads it", (_what, manifest, found) => {
  expect(readPluginFolder(plugin({ [MANIFEST]: json(manifest) })).manifest).toMatchObject(found);
});

test("a byte order mark is no part of any of its files", () => {
  const hooks = '\uFEFF{"hooks":{}}';
  const found = readPluginFolder(plugin({ [MANIFEST]: '\uFEFF{"name":"alpha"}', "hooks/hooks.json": hooks }));
  expect(found).toMatchObject({ manifest: { kind: "read" }, hooks: { kind: "read" } });
});

test.each([
  ["modules alone", { modules: ["./m.mjs"] }, "read"],
  ["hooks and a member that nobody knows", { hooks: {}, future: 1 }, "read"],
  ["null for its hooks", { hooks: null }, "read"],
  ["neither", {}, "unreadable"],
  ["no module in its list", { modules: [] }, "unreadable"],
  ["a list of hooks", { hooks: [] }, "unreadable"],
])("a file of hooks with %s", (_what, hooks, kind) => {
  expect(readPluginFolder(plugin({ "hooks/hooks.json": json(hooks) })).hooks.kind).toBe(kind);
});

test.each([
  ["a file of hooks", "./more.json", { "more.json": '{"hooks":{}}' }, "read", "hooks/hooks.json"],
  ["a file that is not there", "./more.json", {}, "unreadable", "more.json"],
  [
    "several, one of them broken",
    ["./more.json", "./worse.json"],
    { "more.json": '{"hooks":{}}', "worse.json": "{" },
    "unreadable",
    "worse.json",
  ],
  ["a file out of the plugin", "./../more.json", {}, "unreadable", undefined],
  ["an absolute path", "/etc/passwd", {}, "unreadable", undefined],
  ["the hooks themselves", { Stop: [] }, {}, "read", "hooks/hooks.json"],
])("a manifest that names %s", (_what, hooks, files, kind, at) => {
  const folder = plugin({ [MANIFEST]: json({ name: "alpha", hooks }), ...files });
  const found = readPluginFolder(folder).hooks;
  expect(found.kind).toBe(kind);
  if (at !== undefined) expect(found.path).toBe(join(folder, at));
});

test.each(spoilings())("a manifest and a file of hooks that are %s are results", (how) => {
  const folder = plugin();
  for (const path of [MANIFEST, "hooks/hooks.json"]) spoil(join(folder, path), how);
  expect(readPluginFolder(folder)).toMatchObject({
    stands: "folder",
    manifest: { kind: SPOILED[how] },
    hooks: { kind: SPOILED[how] },
  });
});
