import { cpSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type AuditedPlugins, auditedPlugins, auditIn } from "#test/plugins/audited-plugins.ts";
import { type LaidOutPlugins, layOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { runGit } from "#test/plugins/make-upstream.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import { writeFiles } from "#test/plugins/write-files.ts";

const CONFIG = `[marketplaces.lab]
source_type = "git"
source = "https://github.com/lab/mkt.git"

[plugins."alpha@lab"]
enabled = true
`;

test("a copy without the links of its source, in a clone with Codex's own mark, is in sync", async () => {
  const audit = await told(codexWorld("two"));
  expect(verdicts(audit)).toEqual({ "alpha@lab": { kind: "in-sync" } });
  expect(audit.findings).toEqual([]);
});

test.each<readonly [string, (alpha: string) => void, object, string]>([
  [
    "an edit",
    (alpha) => writeFileSync(join(alpha, "hooks/stop.sh"), "#!/bin/sh\nevil\n"),
    { kind: "tampered" },
    "cache-edited",
  ],
  [
    "a lost copy",
    (alpha) => rmSync(alpha, { recursive: true }),
    { kind: "missing" },
    "record-points-nowhere",
  ],
  [
    "a broken manifest",
    (alpha) => writeFileSync(join(alpha, ".claude-plugin/plugin.json"), "{"),
    { kind: "not-loaded" },
    "enabled-not-loaded",
  ],
])("%s is told", async (_, damage, verdict, kind) => {
  const world = codexWorld("two");
  damage(join(codexHome(world), "plugins/cache/lab/alpha/2.0.0"));
  const audit = await told(world);
  expect(audit.plugins[0]?.consistency).toMatchObject(verdict);
  expect(audit.plugins[0]?.findings).toContainEqual(expect.objectContaining({ kind }));
});

test("a copy of an older commit is behind", async () => {
  const audit = await told(codexWorld("one"));
  expect(verdicts(audit)).toMatchObject({ "alpha@lab": { kind: "behind", commits: 1 } });
  expect(audit.plugins[0]?.findings).toContainEqual(
    expect.objectContaining({ kind: "marketplace-ahead", installed: "1.0.0", offered: "2.0.0" }),
  );
});

test("a link that somebody put into a copy is told", async () => {
  const world = codexWorld("two");
  symlinkSync("/etc", join(codexHome(world), "plugins/cache/lab/alpha/2.0.0/skills/etc"));
  expect(verdicts(await told(world))).not.toEqual({ "alpha@lab": { kind: "in-sync" } });
});

test("a marketplace that is a folder without git offers what Codex would copy of it", async () => {
  const world = codexWorld("two");
  const folder = join(world.root, "folder");
  cpSync(join(codexHome(world), ".tmp/marketplaces/lab"), folder, {
    recursive: true,
    verbatimSymlinks: true,
  });
  rmSync(join(folder, ".git"), { recursive: true });
  const source = `source_type = "local"\nsource = "${folder}"`;
  writeFileSync(join(codexHome(world), "config.toml"), CONFIG.replace(/source_type[^[]*(?=\n\n)/, source));
  const [plugin] = (await told(world)).plugins;
  expect(plugin?.copies[0]?.match).toMatchObject({ kind: "not-searched" });
  expect(plugin?.findings.map(({ kind }) => kind)).not.toContain("same-version-other-content");
  writeFileSync(join(folder, "plugins/alpha/hooks/stop.sh"), "#!/bin/sh\n# new\n");
  const [changed] = (await told(world)).plugins;
  expect(changed?.findings.map(({ kind }) => kind)).toContain("same-version-other-content");
});

test("a configuration that Codex cannot read is told, and nothing is in sync", async () => {
  const world = codexWorld("two");
  writeFileSync(join(codexHome(world), "config.toml"), "[plugins.");
  const audit = await told(world);
  expect(audit.findings).toContainEqual(expect.objectContaining({ kind: "file-unreadable" }));
  expect(Object.values(verdicts(audit)).map(({ kind }) => kind)).not.toContain("in-sync");
  expect((await auditIn(world, "app", [])).code).toBe(2);
});

/** What `codex plugin marketplace add` and `codex plugin add` leave (0.169), with the plugin as of a commit. */
function codexWorld(installed: "one" | "two"): LaidOutPlugins {
  const more = { "link.md": { linkTo: "skills/alpha-skill/SKILL.md" } };
  const world = layOutPlugins({
    repositories: [
      {
        name: "lab/mkt",
        commits: [
          {
            label: "one",
            files: {
              ...marketplaceFiles("lab", [{ name: "alpha", source: "./plugins/alpha" }]),
              ...pluginFiles({ name: "alpha", version: "1.0.0", more }),
            },
          },
          { label: "two", files: pluginFiles({ name: "alpha", version: "2.0.0" }) },
        ],
      },
    ],
    projects: { app: {} },
  });
  onTestFinished(() => world.remove());
  const home = codexHome(world);
  const clone = join(home, ".tmp/marketplaces/lab");
  const upstream = world.upstream("lab/mkt");
  runGit(world.root, ["clone", "--quiet", `file://${upstream.path}`, clone]);
  runGit(clone, ["remote", "set-url", "origin", "https://github.com/lab/mkt.git"]);
  runGit(clone, ["checkout", "--quiet", upstream.commit(installed)]);
  const version = installed === "one" ? "1.0.0" : "2.0.0";
  const copy = join(home, "plugins/cache/lab/alpha", version);
  cpSync(join(clone, "plugins/alpha"), copy, { recursive: true });
  rmSync(join(copy, "link.md"));
  runGit(clone, ["checkout", "--quiet", "main"]);
  writeFiles(home, [
    ["config.toml", CONFIG],
    [".tmp/marketplaces/lab/.codex-marketplace-install.json", "{}"],
  ]);
  return world;
}

/** The home of every test's surroundings holds it. */
function codexHome({ root }: LaidOutPlugins): string {
  return join(root, "state", "codex");
}

async function told(world: LaidOutPlugins): Promise<AuditedPlugins> {
  return (await auditedPlugins(world)).audit;
}

function verdicts({ plugins }: AuditedPlugins): Readonly<Record<string, { readonly kind: string }>> {
  return Object.fromEntries(plugins.map(({ id, consistency }) => [id, consistency]));
}
