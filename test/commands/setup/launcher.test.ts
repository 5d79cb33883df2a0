import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { BUILT } from "#commands/installation.ts";
import {
  installLauncher,
  noteRegisteredFile,
  registeredFiles,
  removeLauncher,
} from "#commands/setup/launcher.ts";
import { type LauncherFiles, launcherFiles } from "#commands/setup/launcher-files.ts";
import { launcherScript, shellQuoted } from "#commands/setup/launcher-script.ts";

const AWKWARD = 'it\'s a "state" & $(root) `x` ü';

const Answer = z.strictObject({ systemMessage: z.optional(z.string()) });
const Told = z.strictObject({ mark: z.string(), name: z.string(), stdin: z.string(), node: z.string() });

let root: string;
let dist: string;
let launch: string;
let files: LauncherFiles;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "countersign-launcher-"));
  dist = join(root, "package", "dist");
  launch = join(root, AWKWARD, "launch");
  build("one");
  files = installLauncher(launch, { dist, version: "1.0.0", node: process.execPath });
  // The machine's own Nodes must not be found here; a test adds what it needs.
  writeFileSync(files.script, launcherScript([join(root, "system", "node")]));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Stands in for the build: every hook tells what it is and what it was given. */
function build(mark: string): void {
  for (const name of BUILT) {
    mkdirSync(join(dist, name), { recursive: true });
    const told = `{ mark: ${JSON.stringify(mark)}, name: ${JSON.stringify(name)}, stdin, node: process.execPath }`;
    writeFileSync(
      join(dist, name, `${name}.cjs`),
      `const stdin = require("node:fs").readFileSync(0, "utf8"); console.log(JSON.stringify({ systemMessage: JSON.stringify(${told}) }));`,
    );
  }
}

/** A Node somewhere else: a script, so that it can be told which one ran, and can claim any version. */
function placeNode(path: string, version = "v22.1.0"): string {
  mkdirSync(dirname(path), { recursive: true });
  const real = shellQuoted(process.execPath);
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$1" = -v ] && { echo ${version}; exit; }\nRAN=${shellQuoted(path)} exec ${real} "$@"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

type Environment = Readonly<Record<string, string>>;

/** Runs the launcher as Claude Code does: by a line for the shell. */
function run(event: string, env: Environment = {}, shell = "/bin/sh") {
  const ran = spawnSync(shell, ["-c", `${shellQuoted(files.script)} ${event}`], {
    env: { PATH: "/nonexistent", ...env },
    input: '{"session_id":"s"}',
    encoding: "utf8",
  });
  return { ...ran, answer: parseJson(ran.stdout, Answer) };
}

const told = ({ systemMessage = "" }: z.output<typeof Answer>) => parseJson(systemMessage, Told);
const off = { systemMessage: expect.stringContaining("the review gate is OFF") };

describe("the recorded Node", () => {
  test.each(["session-start", "stop", "session-end"])("runs the hook for %s, stdin included", (event) => {
    const { status, stderr, answer } = run(event);
    expect(told(answer)).toEqual({
      mark: "one",
      name: event,
      stdin: '{"session_id":"s"}',
      node: process.execPath,
    });
    expect([status, stderr]).toEqual([0, ""]);
  });

  test("needs neither a PATH nor a HOME nor the package", () => {
    rmSync(join(root, "package"), { recursive: true });
    const bare = spawnSync(files.script, ["stop"], { env: {}, input: "", encoding: "utf8" });
    expect(told(parseJson(bare.stdout, Answer)).mark).toBe("one");
  });

  test("is started with the user's own NODE_OPTIONS out of the way", () => {
    expect(told(run("stop", { NODE_OPTIONS: "--require /nowhere.js" }).answer).mark).toBe("one");
  });

  test("takes the launcher's place: the hook is one process", () => {
    const hook = join(launch, readFileSync(files.current, "utf8").trim(), "stop", "stop.cjs");
    writeFileSync(hook, "console.log(JSON.stringify({ systemMessage: String(process.pid) }))");
    const ran = spawnSync(files.script, ["stop"], { encoding: "utf8" });
    expect(JSON.parse(ran.stdout)).toEqual({ systemMessage: String(ran.pid) });
  });

  test("is a place that outlives updates, where the machine has one that leads to it", () => {
    expect(existsSync(readFileSync(files.node, "utf8").trim())).toBe(true);
  });
});

describe.each([
  ["dash or what /bin/sh is", "/bin/sh"],
  ["bash", "/bin/bash"],
])("without the recorded Node, under %s", (_name, shell) => {
  beforeEach(() => {
    writeFileSync(files.node, `${join(root, "gone", "node")}\n`);
    const script = readFileSync(files.script, "utf8");
    writeFileSync(files.script, script.replace("#!/bin/sh", `#!${shell}`));
  });

  test.each([
    ["PATH", (home: string) => ({ file: join(home, "bin", "node"), env: { PATH: `relative::${home}/bin` } })],
    ["nvm", (home: string) => ({ file: join(home, ".nvm/versions/node/v22.1.0/bin/node"), env: {} })],
    [
      "nvm elsewhere",
      (home: string) => ({
        file: join(home, "N V M/versions/node/v22.1.0/bin/node"),
        env: { NVM_DIR: `${home}/N V M` },
      }),
    ],
    [
      "fnm",
      (home: string) => ({
        file: join(home, ".local/share/fnm/node-versions/v22.1.0/installation/bin/node"),
        env: {},
      }),
    ],
    [
      "fnm on macOS",
      (home: string) => ({
        file: join(home, "Library/Application Support/fnm/node-versions/v22.1.0/installation/bin/node"),
        env: {},
      }),
    ],
    ["volta", (home: string) => ({ file: join(home, ".volta/tools/image/node/22.1.0/bin/node"), env: {} })],
    ["asdf", (home: string) => ({ file: join(home, ".asdf/installs/nodejs/22.1.0/bin/node"), env: {} })],
    [
      "mise",
      (home: string) => ({ file: join(home, ".local/share/mise/installs/node/22.1.0/bin/node"), env: {} }),
    ],
    ["n", (home: string) => ({ file: join(home, "n/bin/node"), env: {} })],
  ])("finds one of %s", (_place, make) => {
    const home = join(root, AWKWARD, "home & co");
    const { file, env } = make(home);
    placeNode(file);
    expect(told(run("stop", { HOME: home, ...env }).answer)).toMatchObject({
      mark: "one",
      stdin: '{"session_id":"s"}',
    });
  });

  test("finds one of the machine", () => {
    placeNode(join(root, "system", "node"));
    expect(told(run("stop").answer).mark).toBe("one");
  });

  test("passes over what is too old or does not start", () => {
    const home = join(root, "home");
    for (const version of ["v6.17.1", "v18.20.0", "v20.9.0"]) {
      placeNode(join(home, `.nvm/versions/node/${version}/bin/node`), version);
    }
    const broken = placeNode(join(home, "bin", "node"));
    writeFileSync(broken, "#!/nonexistent/interpreter\n");
    expect(run("stop", { HOME: home, PATH: `${home}/bin` }).answer).toEqual(off);
    placeNode(join(home, ".nvm/versions/node/v9.9.9/bin/node"), "v20.12.0");
    expect(told(run("stop", { HOME: home, PATH: `${home}/bin` }).answer).mark).toBe("one");
  });

  test.each([
    ["is gone", () => {}],
    ["is a folder", (node: string) => mkdirSync(node)],
    ["has a missing interpreter", (node: string) => writeFileSync(node, "#!/nonexistent\n", { mode: 0o755 })],
    [
      "is no program for this machine",
      (node: string) => writeFileSync(node, "\u007fELF\u0000\u0001(((\n", { mode: 0o755 }),
    ],
  ])("says that the gate is off where it %s and there is no other", (_state, damage) => {
    const node = join(root, "gone", "node");
    mkdirSync(dirname(node));
    damage(node);
    const { status, stdout, answer } = run("stop", { HOME: "" });
    expect([status, answer]).toEqual([0, off]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  });

  test("an unreadable note of it counts as none", () => {
    rmSync(files.node);
    expect(run("stop").answer).toEqual(off);
  });
});

describe("damage to the launch folder", () => {
  test("missing files are named, with what to do", () => {
    rmSync(join(launch, readFileSync(files.current, "utf8").trim()), { recursive: true });
    expect(run("stop").answer.systemMessage).toContain("Run `countersign setup` again");
    rmSync(files.current);
    expect(run("stop").answer).toEqual(off);
  });

  test("an unknown event is answered and does nothing", () => {
    expect(run("../../x").answer).toEqual({});
  });
});

describe("installLauncher", () => {
  const copies = () => readdirSync(launch).filter((name) => /^\d/.test(name));

  test("keeps everything to this user", () => {
    installLauncher(launch, { dist, version: "1.0.0", node: process.execPath });
    expect(statSync(launch).mode & 0o777).toBe(0o700);
    expect(statSync(files.script).mode & 0o777).toBe(0o700);
    expect(statSync(files.current).mode & 0o777).toBe(0o600);
  });

  test("makes no second copy of the same, and mends a damaged one", () => {
    const [copy = ""] = copies();
    const hook = join(launch, copy, "stop", "stop.cjs");
    writeFileSync(hook, "garbage");
    installLauncher(launch, { dist, version: "1.0.0", node: process.execPath });
    expect(copies()).toEqual([copy]);
    expect(readFileSync(hook, "utf8")).toBe(readFileSync(join(dist, "stop", "stop.cjs"), "utf8"));
  });

  test("keeps the newest few: a running session may still load from its own", () => {
    utimesSync(join(launch, copies()[0] ?? ""), 1, 1);
    for (const [index, mark] of ["two", "three", "four", "five"].entries()) {
      build(mark);
      installLauncher(launch, { dist, version: `1.0.${index + 1}`, node: process.execPath });
      utimesSync(join(launch, copies().at(-1) ?? ""), 1000 + index, 1000 + index);
    }
    expect(copies().map((name) => name.slice(0, 5))).toEqual(["1.0.2", "1.0.3", "1.0.4"]);
    expect(readdirSync(launch).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect(told(run("stop").answer).mark).toBe("five");
  });

  test("the form without a shell runs the same hook", () => {
    const ran = spawnSync(process.execPath, [files.module, "stop"], { input: "x", encoding: "utf8" });
    expect(told(parseJson(ran.stdout, Answer))).toMatchObject({ mark: "one", name: "stop", stdin: "x" });
    rmSync(files.current);
    const without = spawnSync(process.execPath, [files.module, "stop"], { input: "x", encoding: "utf8" });
    expect([without.status, JSON.parse(without.stdout)]).toEqual([0, off]);
  });

  test("notes who registered it, once each, and goes as a whole", () => {
    expect(registeredFiles(launch)).toEqual([]);
    noteRegisteredFile(launch, "/b");
    noteRegisteredFile(launch, "/a");
    noteRegisteredFile(launch, "/b");
    expect(registeredFiles(launch)).toEqual(["/a", "/b"]);
    removeLauncher(launch);
    expect(existsSync(launch)).toBe(false);
    expect(launcherFiles(launch)).toEqual(files);
  });
});
