import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type CodexInventory, readCodexInventory } from "#codex/plugins/inventory.ts";
import { codexPlaces } from "#codex/plugins/plugin-places.ts";
import { type CodexHome, makeCodexHome, nativeCodex } from "#test/codex-home.ts";
import { makeUpstream } from "#test/plugins/make-upstream.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import { writeFiles } from "#test/plugins/write-files.ts";

const UNREACHABLE = "http://127.0.0.1:9";
const home = makeCodexHome({ url: UNREACHABLE });
const places = codexPlaces(home.env, home.root);
const remotes = join(home.root, "remotes");
afterAll(() => home.remove());

const upstream = makeUpstream(remotes, {
  name: "lab/mkt",
  commits: [
    {
      label: "one",
      files: {
        ...marketplaceFiles("mkt", [
          { name: "alpha", source: "./plugins/alpha", version: "7.7.7" },
          { name: "bare", source: "./plugins/bare" },
          { name: "own", source: { source: "url", url: "https://git.example.invalid/lab/own.git" } },
        ]),
        ...pluginFiles({ name: "alpha", version: "1.0.0", more: { "link.md": { linkTo: "skills" } } }),
        ...pluginFiles({ name: "bare" }),
      },
    },
    { label: "two", files: pluginFiles({ name: "alpha", version: "2.0.0" }) },
  ],
});
makeUpstream(remotes, {
  name: "lab/own",
  commits: [{ label: "one", files: pluginFiles({ name: "own", version: "3.0.0", folder: "." }) }],
});

test("what Codex installs, upgrades and loads is read from its files alone", () => {
  configure(home);
  upstream.git("update-ref", "refs/heads/main", upstream.commit("one"));
  codex("plugin", "marketplace", "add", "https://git.example.invalid/lab/mkt.git");
  for (const name of ["alpha", "bare", "own"]) codex("plugin", "add", `${name}@mkt`);
  expect(recorded()).toEqual({ "alpha@mkt": "1.0.0", "bare@mkt": "local", "own@mkt": "3.0.0" });
  expect(readCodexInventory(places).marketplaces).toMatchObject({
    value: [
      {
        name: "mkt",
        source: { kind: "git" },
        stands: "git",
        manifest: { value: { entries: { length: 3 } } },
      },
    ],
  });

  upstream.git("update-ref", "refs/heads/main", upstream.commit("two"));
  codex("plugin", "marketplace", "upgrade");
  expect(recorded()).toEqual({ "alpha@mkt": "2.0.0", "bare@mkt": "local", "own@mkt": "3.0.0" });
  expect(readFileSync(join(places.clones, "mkt", ".codex-marketplace-install.json"), "utf8")).toContain(
    upstream.commit("two"),
  );
  expect(foretold()).toEqual(["alpha", "bare", "own"]);
  expect(loaded()).toEqual(["alpha", "bare", "own"]);
});

const alpha = join(places.cache, "mkt", "alpha");
test.each<readonly [string, () => void]>([
  [
    "a plugin that is switched off",
    () => replaceIn(places.config, '"bare@mkt"]\nenabled = true', '"bare@mkt"]\nenabled = false'),
  ],
  ["a plugin without enabled", () => replaceIn(places.config, '"bare@mkt"]\nenabled = true', '"bare@mkt"]')],
  [
    "a plugin without a section",
    () => replaceIn(places.config, '[plugins."bare@mkt"]', '[plugins."other@mkt"]'),
  ],
  ["all switched off", () => replaceIn(places.config, "plugins = true", "plugins = false")],
  ["no clone", () => rmSync(places.clones, { recursive: true })],
  ["no marketplace", () => replaceIn(places.config, "[marketplaces.mkt]", "[marketplaces.other]")],
  ["no copy", () => rmSync(alpha, { recursive: true })],
  ["a broken manifest", () => writeFileSync(join(alpha, "2.0.0/.claude-plugin/plugin.json"), "{")],
  ["no manifest", () => rmSync(join(alpha, "2.0.0/.claude-plugin"), { recursive: true })],
  [
    "a version that is a link",
    () => {
      renameSync(join(alpha, "2.0.0"), join(home.root, "moved"));
      symlinkSync(join(home.root, "moved"), join(alpha, "2.0.0"));
    },
  ],
  ["a broken configuration", () => replaceIn(places.config, "[plugins.", "[[[plugins.")],
])("Codex loads what is foretold: %s", (_, damage) => {
  const kept = join(home.root, "kept");
  cpSync(home.codexHome, kept, { recursive: true, verbatimSymlinks: true });
  try {
    damage();
    expect(foretold()).toEqual(loaded());
  } finally {
    rmSync(home.codexHome, { recursive: true });
    renameSync(kept, home.codexHome);
  }
});

test("of several versions Codex loads the one that is foretold", () => {
  for (const version of ["10.0.0", "9.0.0", "10.0.0-rc.1", "1x", "local"]) {
    mkdirSync(join(alpha, version));
    cpSync(join(alpha, "2.0.0"), join(alpha, version), { recursive: true });
    const skill = join(alpha, version, "skills/alpha-skill/SKILL.md");
    writeFileSync(skill, `---\nname: alpha-skill\ndescription: of ${version}.\n---\n`);
    expect(shown()).toContain(`of ${recorded()["alpha@mkt"]}.`);
  }
  expect(recorded()["alpha@mkt"]).toBe("local");
});

/** Addresses of the world outside lead to the folder of the test's own repositories. */
function configure({ home: folder, codexHome }: CodexHome): void {
  const git = `[url "file://${remotes}/"]\n\tinsteadOf = https://git.example.invalid/\n[protocol "file"]\n\tallow = always\n`;
  writeFiles(folder, [[".gitconfig", git]]);
  replaceIn(join(codexHome, "config.toml"), "plugins = false", "plugins = true");
}

function codex(...words: readonly string[]): string {
  return execFileSync(nativeCodex(), words, {
    cwd: home.root,
    env: home.env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** What Codex would show a model; it is asked for without a session, a server or a model. */
function shown(): string {
  try {
    return codex("debug", "prompt-input", "hello");
  } catch {
    // A configuration that it cannot read: it does not start.
    return "";
  }
}

function loaded(): readonly string[] {
  const text = shown();
  return ["alpha", "bare", "own"].filter((name) => text.includes(`${name}:${name}-skill:`));
}

function foretold(): readonly string[] {
  const { records, enablements, cache } = readCodexInventory(places);
  const enabled = new Set(enablements.filter((one) => one.enabled).map(({ plugin }) => plugin));
  return (records.kind === "read" ? records.value : [])
    .filter(({ plugin }) => enabled.has(plugin))
    .filter(({ installPath }) =>
      cache.some(({ folder }) => folder.path === installPath && folder.manifest.kind === "read"),
    )
    .map(({ plugin }) => plugin.replace("@mkt", ""));
}

function recorded(): Readonly<Record<string, string | null>> {
  const { records }: CodexInventory = readCodexInventory(places);
  if (records.kind !== "read") throw new Error("the configuration cannot be read");
  return Object.fromEntries(records.value.map(({ plugin, version }) => [plugin, version]));
}

function replaceIn(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replaceAll(from, to));
}
