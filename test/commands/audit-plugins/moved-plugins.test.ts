import { afterEach, expect, test } from "vitest";
import { auditedPlugins } from "#test/plugins/audited-plugins.ts";
import { type LaidOutPlugins, layOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import type { CacheLayout, MarketplaceLayout } from "#test/plugins/layout-spec.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import type { Files, RepositorySpec } from "#test/plugins/repository-spec.ts";

const PLUGIN = "alpha@labmkt";
let world: LaidOutPlugins | undefined;

afterEach(() => world?.remove());

type Told = { readonly verdict: unknown; readonly findings: readonly string[] };

/** Audits one plugin whose record names a commit. */
async function told(
  repository: RepositorySpec,
  commit: string,
  from: CacheLayout["from"],
  history: MarketplaceLayout["history"] = "whole",
): Promise<Told> {
  world = layOutPlugins({
    repositories: [repository],
    marketplaces: [{ name: "labmkt", repository: "lab/mkt", history }],
    records: { [PLUGIN]: [{ version: "1.0.0", commit: { repository: "lab/mkt", commit } }] },
    caches: [{ plugin: PLUGIN, version: "1.0.0", from }],
    projects: { app: {} },
  });
  const { audit } = await auditedPlugins(world);
  const plugin = audit.plugins.find(({ id }) => id === PLUGIN);
  return { verdict: plugin?.consistency, findings: plugin?.findings.map(({ kind }) => kind) ?? [] };
}

/** Alpha in `folder`, and a commit later another file of the marketplace. */
function firstTwo(folder: string): RepositorySpec["commits"] {
  const files = {
    ...marketplaceFiles("labmkt", [{ name: "alpha", source: `./${folder}` }]),
    ...pluginFiles({ name: "alpha", version: "1.0.0", folder }),
  };
  return [
    { label: "one", files },
    { label: "two", files: { "README.md": "More.\n" } },
  ];
}

/** Alpha out of `tools/alpha`, where `firstTwo` put it, in `plugins/alpha`. */
function moved(version: string): Files {
  const old = pluginFiles({ name: "alpha", version: "1.0.0", folder: "tools/alpha" });
  return {
    ...Object.fromEntries(Object.keys(old).map((path) => [path, null])),
    ...marketplaceFiles("labmkt", [{ name: "alpha", source: "./plugins/alpha" }]),
    ...pluginFiles({ name: "alpha", version }),
  };
}

const INSTALLED = { repository: "lab/mkt", commit: "two", folder: "tools/alpha" };

test("a plugin that its marketplace moved to another folder is what its record says", async () => {
  const commits = [...firstTwo("tools/alpha"), { label: "moved", files: moved("1.0.0") }];
  expect(await told({ name: "lab/mkt", commits }, "two", INSTALLED)).toEqual({
    verdict: { kind: "in-sync" },
    findings: [],
  });
});

test("a plugin that was moved and changed is behind, and its record is true", async () => {
  const commits = [...firstTwo("tools/alpha"), { label: "moved", files: moved("2.0.0") }];
  expect(await told({ name: "lab/mkt", commits }, "two", INSTALLED)).toMatchObject({
    verdict: { kind: "behind", who: "install" },
    findings: ["marketplace-ahead"],
  });
});

test("a plugin whose folder is a link in the marketplace is what its record says", async () => {
  const commits = firstTwo("tools/alpha").map(({ label, files }) => ({
    label,
    files: {
      ...files,
      ...marketplaceFiles("labmkt", [{ name: "alpha", source: "./plugins/alpha" }]),
      "plugins/alpha": { linkTo: "../tools/alpha" },
    },
  }));
  expect(await told({ name: "lab/mkt", commits }, "two", INSTALLED)).toEqual({
    verdict: { kind: "in-sync" },
    findings: [],
  });
});

test.each([
  ["shallow", { kind: "drifted", why: "unexplained" }, "bytes-unexplained"],
  ["whole", { kind: "tampered" }, "cache-edited"],
] as const)(
  "the files of a neighbour in a plugin's place are not the plugin's, in a %s clone",
  async (...row) => {
    const [history, verdict, finding] = row;
    const neighbour = { name: "alpha", version: "1.0.0", folder: "plugins/beta", content: "other" };
    const files = {
      ...marketplaceFiles("labmkt", [{ name: "alpha", source: "./plugins/alpha" }]),
      ...pluginFiles({ name: "alpha", version: "1.0.0" }),
      ...pluginFiles(neighbour),
    };
    const repository = { name: "lab/mkt", commits: [{ label: "one", files }] };
    const from = { repository: "lab/mkt", commit: "one", folder: "plugins/beta" };
    expect(await told(repository, "one", from, history)).toEqual({ verdict, findings: [finding] });
  },
);
