import { appendFileSync, chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { checkLauncher } from "#commands/doctor/check-launcher.ts";
import { BUILT, distFolder, packageVersion } from "#commands/installation.ts";
import { installLauncher } from "#commands/setup/launcher.ts";
import { type LauncherFiles, launcherFiles } from "#commands/setup/launcher-files.ts";
import { type ExaminedStage, examinedStage } from "#test/examined.ts";

let stage: ExaminedStage;
let files: LauncherFiles;

function install(version: string): void {
  for (const name of BUILT) stage.write(`dist/${name}/${name}.cjs`, `console.log("${version}")`);
  const parts = { dist: join(stage.root, "dist"), version, node: process.execPath };
  files = installLauncher(stage.examined.locations.launch, parts);
}

function register(command: string, args?: readonly string[]): void {
  const hook = { type: "command", command, ...(args === undefined ? {} : { args }), timeout: 300 };
  stage.write("home/.claude/settings.json", { hooks: { Stop: [{ hooks: [hook] }] } });
}

const launcher = async () => (await checkLauncher(stage.examined))[0];
const copy = () => join(stage.examined.locations.launch, "copy");

beforeEach(() => {
  stage = examinedStage();
  install(packageVersion());
  register(`'${files.script}' stop`);
});

test("as setup wrote it, it is of another build than these sources, or of this very one", async () => {
  const found = await launcher();
  expect(found?.detail[0]).toBe(files.script);
  expect(found?.detail[1]).toMatch(/^runs .*\/launch\/\d+\.\d+\.\d+-[0-9a-f]{12} \(sha256 [0-9a-f]{16}/);
  expect(found?.state).toBe(existsSync(distFolder()) ? "warning" : "ok");
});

test.each([
  ["it is gone", () => rmSync(files.script), "broken", "is not there"],
  ["it may not be executed", () => chmodSync(files.script, 0o600), "broken", "may not be executed"],
  ["what it runs is not named", () => rmSync(files.current), "broken", "is not there"],
  [
    "what it runs is gone",
    () => writeFileSync(files.current, "9.9.9-000000000000\n"),
    "broken",
    "is not there",
  ],
  [
    "its note leads out of the folder",
    () => writeFileSync(files.current, "../../dist\n"),
    "broken",
    "is not there",
  ],
  [
    "it was edited",
    () => appendFileSync(files.script, "exit 0\n"),
    "warning",
    "not as this version writes it",
  ],
])("%s", async (_case, harm, state, what) => {
  harm();
  expect(await launcher()).toMatchObject({
    state,
    what: expect.stringContaining(what),
    next: "Run `countersign setup` with this version.",
  });
});

test("an edited copy is told by its bytes", async () => {
  const [, runs = ""] = (await launcher())?.detail ?? [];
  appendFileSync(join(/^runs (\S+)/.exec(runs)?.[1] ?? copy(), "stop", "stop.cjs"), "// exit early\n");
  expect(await launcher()).toMatchObject({
    state: "broken",
    what: expect.stringContaining("somebody edited"),
  });
});

test("older hooks than this command are told", async () => {
  install("0.0.9");
  expect(await launcher()).toMatchObject({
    state: "warning",
    what: `The hooks are of 0.0.9, this is ${packageVersion()}`,
  });
});

test("the launcher of another state folder is told", async () => {
  const other = launcherFiles(join(stage.root, "other/launch"));
  for (const name of BUILT) stage.write(`dist/${name}/${name}.cjs`, "");
  installLauncher(join(stage.root, "other/launch"), {
    dist: join(stage.root, "dist"),
    version: packageVersion(),
    node: process.execPath,
  });
  register(`'${other.script}' stop`);
  expect(await launcher()).toMatchObject({ what: expect.stringContaining("another state folder") });
});

test("the exec form of Windows is judged by the same bytes", async () => {
  register("C:\\node.exe", [files.module, "stop"]);
  expect((await launcher())?.detail[0]).toBe(files.module);
  writeFileSync(files.module, "// nothing");
  expect(await launcher()).toMatchObject({ what: expect.stringContaining("not as this version writes it") });
});

test.each([
  ["a line that only a shell can read", "cd /x && countersign hook stop", "more than one plain command"],
  ["a name that is not on PATH", "countersign hook stop", "there is no countersign on PATH"],
  ["another program that decides", "/usr/bin/env countersign hook stop", undefined],
])("%s", async (_case, command, why) => {
  register(command);
  const found = await launcher();
  if (why !== undefined)
    expect(found).toMatchObject({ state: "unknown", what: expect.stringContaining(why) });
  expect(found?.id).toBe("launcher");
});

test("nothing is said where nothing is registered", async () => {
  stage.write("home/.claude/settings.json", {});
  expect(await checkLauncher(stage.examined)).toEqual([]);
});
