import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { processStart } from "#claude/plugins/process-start.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const usual = "/home/u/.claude/plugins";
const bare = { environment: {}, cwd: "/w", split: false };

function optionsOf(...words: readonly string[]) {
  return processStart({ ...bare, words }, usual);
}

test("folders of plugins are taken in both spellings, again and again, and from where the process was started", () => {
  const start = optionsOf(
    "--plugin-dir",
    "/a b",
    "-p",
    "hello",
    "--plugin-dir=c=d",
    "--plugin-dir-no-mcp",
    "e",
  );
  expect(start?.pluginDirs).toEqual(["/a b", "/w/c=d", "/w/e"]);
  expect(start?.unread).toEqual([]);
});

test("what stands in the place of another option's value is no option", () => {
  const start = optionsOf("--append-system-prompt", "--bare", "--model", "--plugin-dir", "--", "--safe-mode");
  expect(start).toMatchObject({ pluginDirs: [], withoutHooks: false });
});

test("an option without its value says nothing", () => {
  expect(optionsOf("--plugin-dir")?.pluginDirs).toEqual([]);
});

test("addresses of plugins are split as the host splits them", () => {
  expect(optionsOf("--plugin-url", "https://a/x.zip  https://b/y.zip")?.pluginUrls).toEqual([
    "https://a/x.zip",
    "https://b/y.zip",
  ]);
});

test("sources of settings are listed, and null where nobody named any", () => {
  expect(optionsOf("--setting-sources", "project, local")?.settingSources).toEqual(["project", "local"]);
  expect(optionsOf("--setting-sources=")?.settingSources).toEqual([""]);
  expect(optionsOf()?.settingSources).toBeNull();
});

test.each(["--bare", "--safe-mode"])("%s starts without hooks", (word) => {
  expect(optionsOf(word)?.withoutHooks).toBe(true);
});

test.each(["CLAUDE_CODE_SIMPLE", "CLAUDE_CODE_SAFE_MODE"])("%s does so too", (name) => {
  const start = (value: string) =>
    processStart({ ...bare, words: [], environment: { [name]: value } }, usual);
  expect(start("1")?.withoutHooks).toBe(true);
  expect(start("0")?.withoutHooks).toBe(false);
});

test("folders in variables are separated as paths are, a tilde is the home folder, and relative ones are ignored as the host does", () => {
  const environment = {
    HOME: "/home/u",
    CLAUDE_CODE_PLUGIN_DIRS: "/x: y :~/z",
    CLAUDE_CODE_PLUGIN_SEED_DIR: "~:/seed",
    CLAUDE_CODE_PLUGIN_CACHE_DIR: "~/elsewhere",
  };
  expect(processStart({ ...bare, words: [], environment }, usual)).toMatchObject({
    environmentDirs: ["/x", "/home/u/z"],
    seedDirs: ["/home/u", "/seed"],
    pluginsDirectory: "/home/u/elsewhere",
  });
});

test("the folder of plugins is that of the process's own config directory", () => {
  const start = (environment: NodeJS.ProcessEnv | null) =>
    processStart({ ...bare, words: [], environment }, usual);
  expect(start({ CLAUDE_CONFIG_DIR: "/c" })?.pluginsDirectory).toBe("/c/plugins");
  expect(start({ HOME: "/home/v" })?.pluginsDirectory).toBe("/home/v/.claude/plugins");
  expect(start(null)?.pluginsDirectory).toBe(usual);
});

test("what could not be read is said, and where nothing could there is nothing", () => {
  expect(processStart({ ...bare, words: [], environment: null }, usual)?.unread).toEqual(["environment"]);
  expect(processStart({ ...bare, words: null }, usual)?.unread).toEqual(["arguments"]);
  expect(processStart({ ...bare, words: null, environment: null }, usual)).toBeNull();
});

test("a path that came apart at its blanks is put together as far as it is there", () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "my own plugin"));
  const words = ["--plugin-dir", "my", "own", "plugin", "do", "it", "--bare"];
  const start = (split: boolean) => processStart({ words, environment: {}, cwd: folder, split }, usual);
  expect(start(true)).toMatchObject({ pluginDirs: [join(folder, "my own plugin")], withoutHooks: true });
  expect(start(false)?.pluginDirs).toEqual([join(folder, "my")]);
  const gone = processStart(
    { words: ["--plugin-dir", "not", "there"], environment: {}, cwd: folder, split: true },
    usual,
  );
  expect(gone?.pluginDirs).toEqual([join(folder, "not")]);
});
