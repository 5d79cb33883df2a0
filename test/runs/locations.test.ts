import { expect, test } from "vitest";
import { locationsOf } from "#runs/locations.ts";

test.each([
  [
    "a plain Linux home",
    {},
    "linux",
    "/home/u/.local/state/countersign",
    "/home/u/.config/countersign/config.json",
  ],
  [
    "XDG folders",
    { XDG_STATE_HOME: "/s", XDG_CONFIG_HOME: "/c" },
    "linux",
    "/s/countersign",
    "/c/countersign/config.json",
  ],
  [
    "our own variable",
    { COUNTERSIGN_HOME: "/own", XDG_STATE_HOME: "/s" },
    "linux",
    "/own",
    "/home/u/.config/countersign/config.json",
  ],
  [
    "a relative home of ours",
    { COUNTERSIGN_HOME: "own" },
    "linux",
    "/home/u/own",
    "/home/u/.config/countersign/config.json",
  ],
  [
    "empty and relative variables",
    { COUNTERSIGN_HOME: "", XDG_STATE_HOME: "s", XDG_CONFIG_HOME: "" },
    "linux",
    "/home/u/.local/state/countersign",
    "/home/u/.config/countersign/config.json",
  ],
  [
    "macOS",
    {},
    "darwin",
    "/home/u/Library/Application Support/countersign",
    "/home/u/.config/countersign/config.json",
  ],
  [
    "Windows",
    { LOCALAPPDATA: "C:\\L", APPDATA: "C:\\R", XDG_STATE_HOME: "/s" },
    "win32",
    "C:\\L\\countersign",
    "C:\\R\\countersign\\config.json",
  ],
] as const)("%s", (_name, environment, platform, root, userConfig) => {
  const locations = locationsOf(environment, "/home/u", platform);
  expect({ root: locations.root, userConfig: locations.userConfig }).toEqual({ root, userConfig });
});

test("what only a hook or only a shell has changes nothing", () => {
  const both = { PATH: "/bin", COUNTERSIGN_HOME: "/own" };
  const hook = {
    ...both,
    CLAUDE_PLUGIN_DATA: "/plugin",
    CLAUDE_PLUGIN_ROOT: "/x",
    CLAUDE_PROJECT_DIR: "/p",
    PWD: "/p",
  };
  const shell = { ...both, CLAUDECODE: "1", TMPDIR: "/t", HOME: "/other", PWD: "/q" };
  expect(locationsOf(hook, "/home/u", "linux")).toEqual(locationsOf(shell, "/home/u", "linux"));
});

const FOLDERS =
  "sessions receipts runs audits plugins verdicts requests servers leases objects fetched notes pruned launch".split(
    " ",
  );

test("each kind of state has a folder of its own under the root", () => {
  const { root, userConfig, ...folders } = locationsOf({ COUNTERSIGN_HOME: "/own" }, "/home/u", "linux");
  expect(Object.entries(folders).map(([name, path]) => [name, path])).toEqual(
    FOLDERS.map((name) => [name, `${root}/${name}`]),
  );
});
