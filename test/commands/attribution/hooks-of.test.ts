import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { mayWriteSilently } from "#claude/transcript/may-write-silently.ts";
import { hooksOf } from "#commands/attribution/hooks-of.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const NOISY = { hooks: { Stop: [{ hooks: [{ type: "command", command: "fmt" }] }] } };

test.each([
  ["nowhere", undefined, {}, false],
  ["in the home", "home/.claude/settings.json", {}, true],
  [
    "in the home, which is not the one in use",
    "home/.claude/settings.json",
    { CLAUDE_CONFIG_DIR: "other" },
    false,
  ],
  ["in the chosen place of settings", "other/settings.json", { CLAUDE_CONFIG_DIR: "other" }, true],
  ["where the agent works", "cwd/.claude/settings.json", {}, true],
  [
    "where the agent works, not where it was started",
    "cwd/.claude/settings.json",
    { CLAUDE_PROJECT_DIR: "started" },
    false,
  ],
  [
    "where the agent was started",
    "started/.claude/settings.local.json",
    { CLAUDE_PROJECT_DIR: "started" },
    true,
  ],
  ["in the work tree", "root/.claude/settings.json", { CLAUDE_PROJECT_DIR: "started" }, true],
])("hooks that lie %s", (_where, file, variables, silent) => {
  const top = scratchFolder();
  if (file !== undefined) {
    mkdirSync(dirname(join(top, file)), { recursive: true });
    writeFileSync(join(top, file), JSON.stringify(NOISY));
  }
  const environment = Object.fromEntries(
    Object.entries(variables).map(([name, folder]) => [name, join(top, folder)]),
  );
  const call = { environment, home: join(top, "home") };
  const places = hooksOf(call, { cwd: join(top, "cwd"), root: join(top, "root") });
  expect(mayWriteSilently(places, false)).toBe(silent);
});

test("records of plugins lie below the settings, or where the environment says", () => {
  const top = scratchFolder();
  const home = join(top, "home");
  const put = (path: string, value: unknown) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(value));
  };
  put(join(home, ".claude", "settings.json"), { enabledPlugins: { "alpha@market": true } });
  const silent = (environment: NodeJS.ProcessEnv) =>
    mayWriteSilently(hooksOf({ environment, home }, { cwd: top, root: top }), false);
  expect(silent({})).toBe(true);
  put(join(home, ".claude", "plugins", "installed_plugins.json"), {
    version: 2,
    plugins: { "alpha@market": [{ scope: "user", installPath: top }] },
  });
  expect(silent({})).toBe(false);
  expect(silent({ CLAUDE_CODE_PLUGIN_CACHE_DIR: join(top, "elsewhere") })).toBe(true);
});
