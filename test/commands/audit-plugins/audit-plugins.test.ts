import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import type { Surroundings } from "#commands/command.ts";
import { locationsOf } from "#runs/locations.ts";
import { callCommand } from "#test/call-command.ts";
import { filesBelowAsLines } from "#test/plugins/files-below.ts";
import type { LaidOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { layOutThree } from "#test/plugins/three-plugins.ts";

let world: LaidOutPlugins;

beforeEach(() => {
  world = layOutThree();
});

afterEach(() => world.remove());

async function audit(
  words: readonly string[],
  own: Partial<Surroundings> & { readonly terminal?: boolean } = {},
) {
  const locations = locationsOf({ COUNTERSIGN_HOME: join(world.root, "state") }, world.home, "linux");
  return await callCommand(locations, ["audit", ...words], {
    home: world.home,
    cwd: world.projectPath("app"),
    ...own,
    environment: {
      PATH: process.env["PATH"],
      NO_COLOR: "1",
      CLAUDE_CONFIG_DIR: world.configDirectory,
      ...own.environment,
    },
  });
}

const short = (label: string): string => world.commit({ repository: "lab/mkt", commit: label }).slice(0, 7);

test("a row for each plugin, in a pipe", async () => {
  const { code, stdout, stderr } = await audit(["plugins"]);
  const [one, three] = [short("one"), short("three")];
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout.split("\n").slice(0, 6)).toEqual([
    "3 plugins: 1 false record, 1 behind 1, 1 in sync.",
    "",
    "plugin\tHEAD\toffers\trecord\tbytes\tnext\tlive\tverdict",
    `alpha@labmkt\t${three}\t2.0.0\t1.0.0 ${one}\t${one}\t1.0.0\t\tbehind 1`,
    `beta@labmkt\t${three}\t1.0.0\t1.0.0 ${one}\t${one}\t1.0.0\t\tin sync`,
    `gamma@labmkt\t${three}\t1.1.0\t1.1.0 ${three}\t${short("two")}\t1.0.0\t\tfalse record`,
  ]);
  expect(stdout).toContain("run      claude plugin update alpha@labmkt --scope user");
});

test("on a terminal nothing but paths and commands is longer than 100 columns, and progress goes to stderr", async () => {
  const { stdout, stderr } = await audit(["plugins"], { terminal: true });
  const long = stdout.split("\n").filter((line) => line.length > 100 && !line.includes("    run "));
  expect(long).toEqual([]);
  expect(stdout).not.toContain("\u001b");
  expect(stderr).toContain("\rmarketplace 1 of 1: labmkt");
  expect(stderr).toMatch(/\r *\r$/);
});

test("what is in order is counted where there are many plugins, unless --wide asks for it", async () => {
  world.remove();
  const names = Array.from({ length: 30 }, (_, index) => `p${index}`);
  const at = { repository: "lab/mkt", commit: "one" };
  world = layOutThree({
    enabled: Object.fromEntries([...names, "alpha"].map((name) => [`${name}@labmkt`, name === "alpha"])),
    records: Object.fromEntries(
      [...names, "alpha"].map((name) => [`${name}@labmkt`, [{ version: "1.0.0", commit: at }]]),
    ),
    caches: [...names, "alpha"].map((name) => ({
      plugin: `${name}@labmkt`,
      version: "1.0.0",
      from: { ...at, folder: "plugins/alpha" },
    })),
  });
  const { stdout } = await audit(["plugins"], { terminal: true });
  expect(stdout).toContain("31 plugins: 1 behind 1, 30 not loaded.");
  expect(stdout).toContain("and 30 plugins in order, not shown; --wide shows all");
  expect(stdout).not.toContain("p17@labmkt");
  expect((await audit(["plugins", "--wide"], { terminal: true })).stdout).toContain("p17@labmkt");
});

const Printed = z.looseObject({
  schema: z.literal("countersign/audit-plugins/1"),
  exitCode: z.int(),
  marketplaces: z.array(z.looseObject({ name: z.string(), clone: z.looseObject({ head: z.string() }) })),
  plugins: z.array(
    z.looseObject({
      id: z.string(),
      host: z.literal("claude"),
      enabled: z.boolean(),
      consistency: z.looseObject({ kind: z.string() }),
      next: z.looseObject({ kind: z.string() }),
      copies: z.array(z.looseObject({ recordedCommit: z.string(), provedCommit: z.string() })),
      findings: z.array(z.looseObject({ kind: z.string(), weight: z.string(), page: z.string() })),
    }),
  ),
});

test("--json tells claims and bytes apart", async () => {
  const { code, stdout } = await audit(["plugins", "--json"]);
  const printed = parseJson(stdout, Printed);
  expect(code).toBe(printed.exitCode);
  const gamma = printed.plugins.find(({ id }) => id === "gamma@labmkt");
  expect(gamma?.consistency).toEqual({ kind: "false-record" });
  expect(gamma?.copies[0]?.recordedCommit).toBe(world.commit({ repository: "lab/mkt", commit: "three" }));
  expect(gamma?.copies[0]?.provedCommit).toBe(world.commit({ repository: "lab/mkt", commit: "two" }));
  expect(gamma?.findings.map(({ kind }) => kind)).toContain("false-record");
});

test("a plugin is asked for by its id or its name, and a mistyped one is answered with the nearest", async () => {
  const { code, stdout } = await audit(["plugins", "beta"]);
  expect({ code, first: stdout.split("\n")[0] }).toEqual({ code: 0, first: "1 plugin: in sync." });
  expect(stdout).not.toContain("alpha@labmkt");
  expect(await audit(["plugins", "betta@labmkt"])).toEqual({
    code: 2,
    stdout: "",
    stderr:
      'countersign: audit plugins: there is no plugin "betta@labmkt" here; did you mean "beta@labmkt"?\n',
  });
});

test("what cannot be had together is refused", async () => {
  for (const words of [
    ["--json", "--wide"],
    ["--locked", "--since", "last"],
    ["--record", "alpha"],
    ["--since", "last", "alpha"],
    ["--session", "s", "--locked"],
    ["--locked", "--markdown"],
  ]) {
    const { code, stderr } = await audit(["plugins", ...words]);
    expect({ words, code }).toEqual({ words, code: 2 });
    expect(stderr).toMatch(/^countersign: audit plugins: /);
  }
});

test("an audit is recorded, and a later one says what changed since", async () => {
  expect((await audit(["plugins", "--since", "last"])).stderr).toContain("no audit is on record");
  const { stderr } = await audit(["plugins", "--record"]);
  const id = /recorded as (\S+)/.exec(stderr)?.[1] ?? "";
  expect(id).toMatch(/^20260102T120000000Z-[0-9a-f]{12}$/);
  expect(await audit(["plugins", "--since", "last"])).toEqual({
    code: 0,
    stdout: "Since 2026-01-02 12:00:00 UTC (less than a minute ago): nothing changed.\n",
    stderr: "",
  });
  writeFileSync(join(world.cachePath("beta@labmkt", "1.0.0"), "added.txt"), "x");
  const later = await audit(["plugins", "--since", id.slice(-6)]);
  expect(later.code).toBe(1);
  expect(later.stdout).toContain("beta@labmkt: other files: 1.0.0 at commit");
  expect(later.stdout).toContain("beta@labmkt: in sync became drifted");
  const path = join(world.root, "state", "audits", "2026", "01", "02", `${id}.json`);
  expect((await audit(["plugins", "--since", path])).code).toBe(1);
  writeFileSync(path, "{");
  expect((await audit(["plugins", "--since", path])).code).toBe(2);
  expect((await audit(["plugins", "--since", "nowhere"])).code).toBe(2);
});

test("a lock holds what is loaded, and --locked says each difference", async () => {
  const file = join(world.projectPath("app"), "plugins.lock.json");
  expect((await audit(["plugins", "--locked"])).code).toBe(2);
  expect((await audit(["lock", "--dry-run"])).stdout).toContain('"schema": "countersign/plugins-lock/1"');
  expect((await audit(["lock"])).stdout).toBe(`Locked 3 plugins in ${file}.\n`);
  expect((await audit(["lock"])).stdout).toBe(`Already locked as they are: 3 plugins in ${file}.\n`);
  expect(await audit(["plugins", "--locked"])).toEqual({
    code: 0,
    stdout: `3 locked plugins: as in ${file}\n`,
    stderr: "",
  });
  writeFileSync(join(world.cachePath("beta@labmkt", "1.0.0"), "added.txt"), "x");
  const drifted = await audit(["plugins", "--lock", file]);
  expect(drifted.code).toBe(1);
  expect(drifted.stdout).toContain(`3 locked plugins: 1 difference from ${file}\n  beta@labmkt: other files`);
  writeFileSync(join(world.pluginsDirectory, "installed_plugins.json"), "{");
  const unread = await audit(["plugins", "--locked"]);
  expect(unread.code).toBe(2);
  expect(unread.stderr).toContain("installed_plugins.json cannot be read");
});

test("a file that is no lock of ours is not written over", async () => {
  const file = join(world.projectPath("app"), "package.json");
  for (const content of ['{"name":"app"}', "", '{"schema":"countersign/plugins-lock/9","plugins":[]}']) {
    writeFileSync(file, content);
    const { code, stderr } = await audit(["lock", "--output", "package.json"]);
    expect({ content, code }).toEqual({ content, code: 2 });
    expect(stderr).toContain(file);
    expect((await audit(["plugins", "--lock", "package.json"])).code).toBe(2);
  }
  expect((await audit(["lock", "--output", "no/such/folder.json"])).code).toBe(2);
});

test("--markdown is one block without the home folder, names and secrets", async () => {
  world.remove();
  world = layOutThree({
    files: { "settings.local.json": "{}" },
    marketplaces: [{ name: "labmkt", repository: "lab/mkt", history: "whole", kind: "git" }],
  });
  const url = "https://ann:ghp_0123456789abcdefghijklmnopqrstuvwxyz@git.example.invalid/ann/mkt.git";
  world.gitIn(world.marketplacePath("labmkt"), "remote", "set-url", "origin", url);
  const known = join(world.pluginsDirectory, "known_marketplaces.json");
  const source = { source: "git", url };
  const installLocation = world.marketplacePath("labmkt");
  writeFileSync(known, JSON.stringify({ labmkt: { source, installLocation, lastUpdated: "x" } }));
  const bin = join(world.root, "bin");
  mkdirSync(bin);
  for (const name of ["claude", "codex"]) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} 9.8.7"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const environment = { PATH: `${bin}:${process.env["PATH"]}`, USER: "ann" };
  const { code, stdout } = await audit(["plugins", "--markdown"], { home: world.root, environment });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^```text\ncountersign .* audit plugins, 2026-01-02 12:00 UTC, linux /);
  expect(stdout.trimEnd()).toMatch(/\n```$/);
  for (const secret of [world.root, "ann", "ghp_"]) expect(stdout).not.toContain(secret);
  expect(stdout).toContain("labmkt: git https://git.example.invalid/USER/mkt.git, HEAD");
  expect(stdout).toContain("claude 9.8.7: ~/bin/claude");
  expect(stdout).toContain("codex 9.8.7: ~/bin/codex");
  expect(stdout).toContain("gamma@labmkt");
});

test("nothing is changed where the host keeps its files, in any mode", async () => {
  const before = filesBelowAsLines(world.configDirectory);
  for (const words of [
    [],
    ["--wide"],
    ["--json"],
    ["--markdown"],
    ["--record"],
    ["--since", "last"],
    ["beta"],
    ["--session", "none"],
  ])
    await audit(["plugins", ...words]);
  await audit(["lock"]);
  await audit(["plugins", "--locked"]);
  expect(filesBelowAsLines(world.configDirectory)).toEqual(before);
});

test("one that is ended says so, and leaves no half answer", async () => {
  const signal = AbortSignal.abort(new Error("ended by SIGINT"));
  expect(await audit(["plugins"], { signal })).toEqual({
    code: 2,
    stdout: "",
    stderr: "countersign: audit plugins: ended by SIGINT, before everything was looked at\n",
  });
});

test("without plugins there is nothing to say", async () => {
  rmSync(world.configDirectory, { recursive: true });
  const { code, stdout } = await audit(["plugins"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "No plugin is enabled, installed or loaded here.\n" });
});
