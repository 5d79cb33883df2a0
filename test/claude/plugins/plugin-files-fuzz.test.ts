import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { Found } from "#base/found-file.ts";
import { readInstallRecords } from "#claude/plugins/install-record.ts";
import { readMarketplaces } from "#claude/plugins/known-marketplaces.ts";
import { readMarketplaceManifest } from "#claude/plugins/marketplace-manifest.ts";
import { marketplaceSource } from "#claude/plugins/marketplace-source.ts";
import { readPluginFolder } from "#claude/plugins/plugin-folder.ts";
import { pluginSource } from "#claude/plugins/plugin-source.ts";
import { relativePath } from "#claude/plugins/relative-path.ts";
import { anyJson, anyText, beginnings, damaged, fuzz, mutated, unmeasurable } from "#test/fuzz.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { fc } from "#test/seeded-check.ts";

const SHA = "0123456789012345678901234567890123456789";
const RECORD = {
  scope: "project",
  projectPath: "/p",
  installPath: "/c/1",
  version: "1",
  installedAt: "2026-11-01T09:00:00.000Z",
  gitCommitSha: SHA,
};
const SOURCES = [
  "./plugins/alpha",
  { source: "github", repo: "lab/alpha", ref: "v1", sha: SHA },
  { source: "git-subdir", url: "https://h/x.git", path: "tools/alpha" },
  { source: "npm", package: "@lab/alpha", version: "^1" },
];
const OFFERS = {
  name: "mkt",
  metadata: { pluginRoot: "./plugins" },
  plugins: SOURCES.map((source, index) => ({ name: `p${index}`, source, strict: false, hooks: {} })),
};

type Parser = { readonly sample: unknown; readonly read: (path: string) => Found<unknown> };

const PARSERS: Readonly<Record<string, Parser>> = {
  "install records": {
    sample: { version: 2, plugins: { "alpha@mkt": [RECORD], "beta@mkt": [RECORD, RECORD] } },
    read: readInstallRecords,
  },
  "install records of version 1": {
    sample: { version: 1, plugins: { "alpha@mkt": RECORD } },
    read: readInstallRecords,
  },
  "known marketplaces": {
    sample: {
      mkt: {
        source: { source: "github", repo: "lab/mkt", ref: "main" },
        installLocation: "/m",
        autoUpdate: true,
      },
      own: { source: { source: "directory", path: "/own" }, installLocation: "/own", lastUpdated: "2026" },
    },
    read: readMarketplaces,
  },
  "a marketplace's manifest": { sample: OFFERS, read: readMarketplaceManifest },
};

test.each(Object.entries(PARSERS))(
  "%s: whatever a file holds is a result",
  async (_what, { sample, read }) => {
    const path = join(scratchFolder(), "file.json");
    const text = JSON.stringify(sample);
    const contents = fc.oneof(
      mutated(sample).map((value) => JSON.stringify(value)),
      anyJson().map((value) => JSON.stringify(value)),
      anyText(),
      damaged(text),
    );
    await fuzz(contents, (content) => {
      writeFileSync(path, content);
      expectResult(read(path));
    });
    writeFileSync(path, text);
    expect(read(path)).toMatchObject({ kind: "read", dropped: [] });
  },
);

test.each(Object.entries(PARSERS))(
  "%s: no beginning of a file is taken for the whole",
  (_what, { sample, read }) => {
    const path = join(scratchFolder(), "file.json");
    for (const beginning of beginnings(JSON.stringify(sample))) {
      writeFileSync(path, beginning);
      expect(read(path).kind).toBe("unreadable");
    }
  },
);

test("whatever a plugin's own files hold is a result", async () => {
  const folder = scratchFolder();
  for (const name of [".claude-plugin", "hooks"]) mkdirSync(join(folder, name));
  const manifest = { name: "alpha", version: "1", hooks: ["./more.json", { Stop: [] }] };
  const hooks = { hooks: { Stop: [{ hooks: [{ type: "command", command: "x" }] }] }, modules: ["./m.mjs"] };
  const look = ([one, other]: readonly [unknown, unknown]): void => {
    writeFileSync(join(folder, ".claude-plugin", "plugin.json"), JSON.stringify(one));
    writeFileSync(join(folder, "hooks", "hooks.json"), JSON.stringify(other));
    const found = readPluginFolder(folder);
    expect(found.stands).toBe("folder");
    expectResult(found.manifest);
    expectResult(found.hooks);
  };
  for (const value of unmeasurable(manifest)) look([value, hooks]);
  for (const value of unmeasurable(hooks)) look([manifest, value]);
  await fuzz(fc.tuple(mutated(manifest), mutated(hooks)), look);
});

test("no path of an entry leads out of where it belongs", async () => {
  const part = fc.constantFrom("..", ".", "", "a", "b ", "\\", "C:", "\0", "~", "...", "__proto__");
  const path = fc.oneof(
    anyText(),
    fc.array(part).map((parts) => parts.join("/")),
  );
  await fuzz(path, (text) => {
    const found = relativePath(text);
    if (found === undefined) return;
    const whole = resolve("/root/of/it", found);
    expect(whole === "/root/of/it" || whole.startsWith("/root/of/it/")).toBe(true);
    expect(found).not.toMatch(/^\/|\/$|\/\/|\\|\0|(?:^|\/)\.{1,2}(?:\/|$)/);
  });
});

test("every source has a kind", async () => {
  const value = fc.oneof(anyJson(), ...SOURCES.map((source) => mutated(source)));
  await fuzz(fc.tuple(value, fc.option(anyText(), { nil: undefined })), ([source, root]) => {
    expect(typeof marketplaceSource(source).kind).toBe("string");
    const found = pluginSource(source, root === undefined ? undefined : relativePath(root));
    if ("path" in found && found.kind !== "escaping") expect(relativePath(found.path)).toBe(found.path);
  });
});

function expectResult(found: Found<unknown>): void {
  expect(["absent", "unreadable", "newer", "read"]).toContain(found.kind);
  if (found.kind === "unreadable") expect(found.detail).not.toBe("");
}
