import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { auditedPlugins, auditIn } from "#test/plugins/audited-plugins.ts";
import { type LaidOutPlugins, layOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { runGit } from "#test/plugins/make-upstream.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";

const PLUGIN = "alpha@labmkt";
let world: LaidOutPlugins | undefined;

afterEach(() => world?.remove());

/** Installs alpha from a marketplace that has a submodule at `place`, with the submodule's files, as the host clones. */
function install(place: string): LaidOutPlugins {
  const vendor = pluginFiles({ name: "alpha", version: "1.0.0", folder: "." });
  const own = place === "plugins/alpha" ? {} : pluginFiles({ name: "alpha", version: "1.0.0" });
  const market = { ...marketplaceFiles("labmkt", [{ name: "alpha", source: "./plugins/alpha" }]), ...own };
  const laid = layOutPlugins({
    repositories: [
      { name: "lab/mkt", commits: [{ label: "one", files: market }] },
      { name: "lab/vendor", commits: [{ label: "one", files: vendor }] },
    ],
    marketplaces: [{ name: "labmkt", repository: "lab/mkt" }],
    projects: { app: {} },
  });
  const clone = laid.marketplacePath("labmkt");
  const git = (...words: readonly string[]): string => runGit(clone, words);
  git("submodule", "--quiet", "add", `file://${laid.upstream("lab/vendor").path}`, place);
  git("commit", "--quiet", "--message=submodule");
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  const installPath = laid.cachePath(PLUGIN, "1.0.0");
  cpSync(join(clone, "plugins/alpha"), installPath, { recursive: true });
  for (const link of [".git", "vendor/.git"]) rmSync(join(installPath, link), { force: true });
  const record = { scope: "user", version: "1.0.0", gitCommitSha: git("rev-parse", "HEAD"), installPath };
  writeFileSync(
    join(laid.pluginsDirectory, "installed_plugins.json"),
    JSON.stringify({ version: 2, plugins: { [PLUGIN]: [record] } }),
  );
  writeFileSync(
    join(laid.configDirectory, "settings.json"),
    JSON.stringify({ enabledPlugins: { [PLUGIN]: true } }),
  );
  return laid;
}

async function told(laid: LaidOutPlugins) {
  const { audit } = await auditedPlugins(laid);
  const plugin = audit.plugins.find(({ id }) => id === PLUGIN);
  const findings = [...(plugin?.findings ?? []), ...audit.findings].map(({ kind }) => kind);
  return { verdict: plugin?.consistency, findings: findings.filter((kind) => kind !== "clone-shallow") };
}

test("the files of a submodule in a plugin are neither added nor taken for proven", async () => {
  world = install("plugins/alpha/vendor");
  expect(await told(world)).toEqual({
    verdict: { kind: "unknown", why: "bytes-not-proven" },
    findings: ["bytes-unproven"],
  });
  expect((await auditIn(world, "app", [])).stdout.replace(/\s+/g, " ")).toContain(
    "what is not here of its history, larger files or a submodule, could explain them",
  );
  writeFileSync(join(world.cachePath(PLUGIN, "1.0.0"), "extra.sh"), "extra");
  expect(await told(world)).toMatchObject({
    verdict: { kind: "drifted", why: "files-added" },
    findings: ["files-added"],
  });
});

test("a plugin that is a submodule has no false record", async () => {
  world = install("plugins/alpha");
  expect(await told(world)).toEqual({
    verdict: { kind: "unknown", why: "record-not-proven" },
    findings: ["record-unproven"],
  });
  expect((await auditIn(world, "app", [])).stdout.replace(/\s+/g, " ")).toContain(
    "the files are those that lie in the marketplace now",
  );
});
