import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { BUILT } from "#commands/installation.ts";
import { installLauncher } from "#commands/setup/launcher.ts";
import { type LauncherFiles, launcherFiles } from "#commands/setup/launcher-files.ts";
import { commandScript, shellQuoted, shellWord } from "#commands/setup/launcher-script.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const AWKWARD = 'it\'s a "state" & $(root) `x` ü';
const WORDS = ["skip", "--why", "it's a 'test' of $HOME *", "", "-x"];
/** Stands in for the built command line: tells what it was given, and ends with a code of its own. */
const PROGRAM =
  'console.log(JSON.stringify({ words: process.argv.slice(2), pid: process.pid, stdin: require("node:fs").readFileSync(0, "utf8") })); process.exitCode = 7;';

let root: string;
let files: LauncherFiles;

beforeEach(() => {
  root = scratchFolder();
  const dist = join(root, "package", "dist");
  for (const name of BUILT) {
    mkdirSync(join(dist, name), { recursive: true });
    writeFileSync(join(dist, name, `${name}.cjs`), name === "countersign" ? PROGRAM : "process.exit(9)");
  }
  const launch = join(root, AWKWARD, "launch");
  files = installLauncher(launch, { dist, version: "1.0.0", node: process.execPath });
  rmSync(join(root, "package"), { recursive: true });
});

function run(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return spawnSync(files.command, [...words], {
    env: { PATH: "/nonexistent", ...environment },
    input: "typed",
    encoding: "utf8",
  });
}

test("it is this user's alone, and it is what is written", () => {
  expect(files).toEqual(launcherFiles(dirname(files.command)));
  expect(statSync(files.command).mode & 0o777).toBe(0o700);
  expect(readFileSync(files.command, "utf8")).toBe(commandScript());
});

test("it passes its words and stdin on, and the program takes its place", () => {
  const { pid, status, stdout, stderr } = run(WORDS);
  expect(JSON.parse(stdout)).toEqual({ words: WORDS, pid, stdin: "typed" });
  expect([status, stderr]).toEqual([7, ""]);
});

test.each(["/bin/sh", "/bin/bash"])("a person's line for %s starts it", (shell) => {
  const line = `${shellWord(files.command)} off`;
  const { status, stdout } = spawnSync(shell, ["-c", line], { env: {}, input: "", encoding: "utf8" });
  expect([status, JSON.parse(stdout)]).toEqual([7, expect.objectContaining({ words: ["off"] })]);
});

test("a word is quoted only where it has to be", () => {
  expect(["/home/u/.local/state/countersign", "a b", "it's", "~", ""].map(shellWord)).toEqual([
    "/home/u/.local/state/countersign",
    "'a b'",
    "'it'\\''s'",
    "'~'",
    "''",
  ]);
});

describe.each(["/bin/sh", "/bin/bash"])("without the recorded Node, under %s", (shell) => {
  beforeEach(() => {
    const script = commandScript([join(root, "system", "node")]).replace("#!/bin/sh", `#!${shell}`);
    writeFileSync(files.command, script);
    writeFileSync(files.node, `${join(root, "gone", "node")}\n`);
  });

  function placeNode(path: string): void {
    mkdirSync(dirname(path), { recursive: true });
    const real = shellQuoted(process.execPath);
    writeFileSync(path, `#!/bin/sh\nexec ${real} "$@"\n`, { mode: 0o755 });
  }

  test.each([
    ["PATH", "home & co/bin/node"],
    ["a version manager", "home & co/.nvm/versions/node/v22.1.0/bin/node"],
    ["the machine", "system/node"],
  ])("it finds one of %s and passes everything on", (_place, path) => {
    placeNode(join(root, path));
    const home = join(root, "home & co");
    const { status, stdout, stderr } = run(WORDS, { HOME: home, PATH: `${home}/bin` });
    expect(JSON.parse(stdout)).toMatchObject({ words: WORDS, stdin: "typed" });
    expect([status, stderr]).toEqual([7, ""]);
  });

  test("one that cannot start is passed over, also with words behind it", () => {
    mkdirSync(join(root, "gone"));
    writeFileSync(join(root, "gone", "node"), "#!/nonexistent\n", { mode: 0o755 });
    placeNode(join(root, "system", "node"));
    const { status, stdout } = run(WORDS);
    expect([status, JSON.parse(stdout)]).toEqual([7, expect.objectContaining({ words: WORDS })]);
  });

  test("where there is none it says so in one line and could not", () => {
    const { status, stdout, stderr } = run(["off"]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^countersign: no Node\.js 20\.12 or newer was found[^\n]*\n$/);
  });

  test("missing files are named in one line too", () => {
    rmSync(files.current);
    const { status, stdout, stderr } = run(["off"]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^countersign: its files are missing; run `countersign setup` again\n$/);
  });
});
