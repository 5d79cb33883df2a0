import { appendFileSync, cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { locationsOf } from "#runs/locations.ts";
import { callCommand } from "#test/call-command.ts";
import { runGit } from "#test/plugins/make-upstream.ts";
import { json, marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import { writeFiles } from "#test/plugins/write-files.ts";

let [root, source, cached] = ["", "", ""];

/** A marketplace that is a folder, with a plugin whose copy is what Claude Code makes of it. */
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-live-")));
  [source, cached] = [join(root, "source"), join(root, "claude/plugins/cache/labmkt/alpha/1.0.0")];
  const files = {
    ...marketplaceFiles("labmkt", [{ name: "alpha", source: "./plugins/alpha" }]),
    ...pluginFiles({ name: "alpha", version: "1.0.0", more: { "crlf.txt": "one\r\ntwo\r\n" } }),
    ".gitattributes": "*.txt text eol=crlf\n",
    "shared/run.sh": "run\n",
  };
  writeFiles(source, Object.entries(files));
  cpSync(join(source, "plugins/alpha"), cached, { recursive: true });
  const record = { scope: "user", installPath: cached, version: "1.0.0" };
  const known = { source: { source: "directory", path: source }, installLocation: source };
  const state = {
    "settings.json": json({ enabledPlugins: { "alpha@labmkt": true } }),
    "plugins/known_marketplaces.json": json({ labmkt: known }),
    "plugins/installed_plugins.json": json({ version: 2, plugins: { "alpha@labmkt": [record] } }),
  };
  writeFiles(join(root, "claude"), Object.entries(state));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function commit(): void {
  runGit(source, ["init", "--quiet", "--initial-branch=main"]);
  runGit(source, ["add", "--all"]);
  runGit(source, ["commit", "--quiet", "--message=one"]);
}

function linkOut(): void {
  symlinkSync("../../shared", join(source, "plugins/alpha/shared"));
  cpSync(join(source, "shared"), join(cached, "shared"), { recursive: true });
}

async function told(): Promise<string> {
  const locations = locationsOf({ COUNTERSIGN_HOME: join(root, "state") }, root, "linux");
  const environment = { PATH: process.env["PATH"], HOME: root, CLAUDE_CONFIG_DIR: join(root, "claude") };
  const { stdout } = await callCommand(locations, ["audit", "plugins"], {
    home: root,
    cwd: root,
    environment,
  });
  return stdout.split("\n")[0] ?? "";
}

test.each([
  ["line ends that a checkout makes", () => undefined],
  ["a link to elsewhere in the marketplace", linkOut],
])("a committed folder with %s is what was installed, until it is edited", async (_name, change) => {
  change();
  commit();
  expect(await told()).toBe("1 plugin: in sync.");
  appendFileSync(join(source, "plugins/alpha/hooks/stop.sh"), "echo more\n");
  expect(await told()).toMatch(/^1 plugin: (?:drifted|unknown)\.$/);
});

test("of a folder without a history whose link leads out, nothing is said that cannot be known", async () => {
  expect(await told()).toBe("1 plugin: in sync.");
  linkOut();
  expect(await told()).toBe("1 plugin: unknown.");
});
