import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { hookPlaces } from "#claude/hook-places.ts";
import { type Scope, settingsPaths } from "#claude/settings.ts";
import { mayWriteSilently } from "#claude/transcript/may-write-silently.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const NOISY = { hooks: { Stop: [{ hooks: [{ type: "command", command: "fmt" }] }] } };
const ON = { enabledPlugins: { "alpha@market": true } };

function stage(settings: { readonly [scope in Scope]?: unknown }) {
  const root = scratchFolder();
  const plugins = join(root, "plugins");
  const paths = {
    ...settingsPaths(root, join(root, "project"), "linux"),
    managed: join(root, "managed.json"),
  };
  const put = (path: string, value: unknown) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  };
  for (const scope of ["user", "project", "local", "managed"] as const) {
    if (settings[scope] !== undefined) put(paths[scope], settings[scope]);
  }
  const folder = join(plugins, "cache", "market", "alpha", "1.0.0");
  return {
    root,
    folder,
    put,
    install: (files: Readonly<Record<string, unknown>>) => {
      const records = { "alpha@market": [{ scope: "user", installPath: folder, version: "1.0.0" }] };
      put(join(plugins, "installed_plugins.json"), { version: 2, plugins: records });
      mkdirSync(folder, { recursive: true });
      for (const [path, value] of Object.entries(files)) put(join(folder, path), value);
    },
    market: (entry: object, source: object, location: string) => {
      put(join(plugins, "known_marketplaces.json"), { market: { source, installLocation: location } });
      put(join(location, ".claude-plugin", "marketplace.json"), { plugins: [{ name: "alpha", ...entry }] });
    },
    silent: () => mayWriteSilently(hookPlaces(paths, plugins), false),
  };
}

test.each([
  ["no settings", {}, false],
  ["settings without hooks", { user: {}, project: { hooks: {} }, local: "" }, false],
  ["a hook of the user", { user: NOISY }, true],
  ["a hook of the project", { project: NOISY }, true],
  ["a local hook", { local: NOISY }, true],
  ["a hook of the administrator", { managed: NOISY }, true],
  ["settings that cannot be read", { project: "{ // no\n}" }, true],
  ["hooks that are switched off", { user: NOISY, local: { disableAllHooks: true } }, false],
  [
    "hooks that are switched on again",
    { user: { ...NOISY, disableAllHooks: true }, local: { disableAllHooks: false } },
    true,
  ],
  ["a switch of another shape", { user: { ...NOISY, disableAllHooks: "true" } }, true],
  [
    "a switch that an unreadable file may turn",
    { user: { ...NOISY, disableAllHooks: true }, local: "{" },
    true,
  ],
  [
    "the administrator's hooks, which others cannot switch off",
    { user: { disableAllHooks: true }, managed: NOISY },
    true,
  ],
  [
    "all hooks switched off by the administrator",
    { user: NOISY, managed: { ...NOISY, disableAllHooks: true } },
    false,
  ],
  ["the administrator's hooks alone", { user: NOISY, managed: { allowManagedHooksOnly: true } }, false],
  [
    "a plugin that is switched off",
    { user: ON, project: { enabledPlugins: { "alpha@market": false } } },
    false,
  ],
  ["a plugin whose hooks are switched off", { user: { ...ON, disableAllHooks: true } }, false],
  ["a plugin that is not on record", { user: ON }, true],
])("%s", (_what, settings, silent) => {
  expect(stage(settings).silent()).toBe(silent);
});

test.each([
  ["nothing of hooks", { "commands/x.md": "x", ".claude-plugin/plugin.json": { name: "alpha" } }, false],
  ["a standard hooks file", { "hooks/hooks.json": NOISY }, true],
  [
    "a standard hooks file for edits alone",
    { "hooks/hooks.json": { hooks: { PostToolUse: [{ matcher: "Edit", hooks: [{ command: "fmt" }] }] } } },
    false,
  ],
  ["a hooks module", { "hooks/hooks.json": { modules: ["./m.mjs"] } }, true],
  ["a hooks file that is no JSON", { "hooks/hooks.json": "{" }, true],
  ["a manifest that is no JSON", { ".claude-plugin/plugin.json": "{" }, true],
  ["hooks in its manifest", { ".claude-plugin/plugin.json": NOISY }, true],
  [
    "hooks in a file that its manifest names",
    {
      ".claude-plugin/plugin.json": { hooks: ["./a.json", "./b.json"] },
      "a.json": { hooks: {} },
      "b.json": NOISY,
    },
    true,
  ],
  [
    "quiet hooks in a file that its manifest names",
    { ".claude-plugin/plugin.json": { hooks: "./a.json" }, "a.json": { hooks: {} } },
    false,
  ],
  [
    "a manifest that names a file that is not there",
    { ".claude-plugin/plugin.json": { hooks: "./a.json" } },
    true,
  ],
  ["a manifest with hooks of another shape", { ".claude-plugin/plugin.json": { hooks: 3 } }, true],
])("a plugin with %s", (_what, files, silent) => {
  const { install, silent: found } = stage({ user: ON });
  install(files);
  expect(found()).toBe(silent);
});

test("a plugin whose folder, or whose record, cannot be read may have hooks", () => {
  const { put, root, install, silent } = stage({ user: ON });
  put(join(root, "plugins", "installed_plugins.json"), {
    version: 2,
    plugins: { "alpha@market": [{ installPath: join(root, "gone") }] },
  });
  expect(silent()).toBe(true);
  install({});
  expect(silent()).toBe(false);
  put(join(root, "plugins", "installed_plugins.json"), "{");
  expect(silent()).toBe(true);
});

test("hooks that its marketplace adds are the plugin's", () => {
  const { root, install, market, silent } = stage({ user: ON });
  install({});
  const source = { source: "github", repo: "lab/mkt" };
  market({ source: "./plugins/alpha" }, source, join(root, "clone"));
  expect(silent()).toBe(false);
  market({ source: "./plugins/alpha", ...NOISY }, source, join(root, "clone"));
  expect(silent()).toBe(true);
});

test("a plugin of a marketplace that is a folder is read there", () => {
  const { root, put, install, market, silent } = stage({ user: ON });
  const place = join(root, "mkt");
  install({});
  market({ source: "./plugins/alpha" }, { source: "directory", path: place }, place);
  expect(silent()).toBe(true);
  put(join(place, "plugins", "alpha", "hooks", "hooks.json"), { hooks: {} });
  expect(silent()).toBe(false);
  put(join(place, "plugins", "alpha", "hooks", "hooks.json"), NOISY);
  expect(silent()).toBe(true);
});
