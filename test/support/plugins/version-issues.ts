import { type LaidOutPlugins, layOutPlugins } from "./lay-out-plugins.ts";
import { marketplaceFiles, pluginFiles } from "./plugin-files.ts";
import type { RepositorySpec } from "./repository-spec.ts";

const PLUGIN = "alpha@lab";
const ONE = { repository: "lab/mkt", commit: "one" };
const TWO = { repository: "lab/mkt", commit: "two" };

const repository: RepositorySpec = {
  name: "lab/mkt",
  commits: [
    {
      label: "one",
      files: {
        ...marketplaceFiles("lab", [{ name: "alpha", source: "./plugins/alpha" }]),
        ...pluginFiles({ name: "alpha", version: "1.0.0" }),
      },
    },
    { label: "two", files: pluginFiles({ name: "alpha", version: "2.0.0" }) },
  ],
};

/**
 * anthropics/claude-code#38478: installed again from a private marketplace, the new files lie under the old
 * version's name, and the record names the old version too. The caller removes what is returned.
 */
export function newFilesUnderOldName(): LaidOutPlugins {
  return layOutPlugins({
    repositories: [repository],
    marketplaces: [{ name: "lab", repository: "lab/mkt", kind: "git" }],
    records: { [PLUGIN]: [{ version: "1.0.0", commit: TWO }] },
    caches: [{ plugin: PLUGIN, version: "1.0.0", from: TWO, holders: [] }],
    projects: { app: { "README.md": "An app.\n" } },
  });
}

/**
 * anthropics/claude-code#76882: an update of the marketplace brought the new version into the cache, and
 * the record still leads to the old one. The caller removes what is returned.
 */
export function newVersionWithoutRecord(): LaidOutPlugins {
  return layOutPlugins({
    repositories: [repository],
    marketplaces: [{ name: "lab", repository: "lab/mkt", history: "whole" }],
    records: { [PLUGIN]: [{ version: "1.0.0", commit: ONE }] },
    caches: [
      { plugin: PLUGIN, version: "1.0.0", from: ONE, holders: [] },
      { plugin: PLUGIN, version: "2.0.0", from: TWO },
    ],
    projects: { app: { "README.md": "An app.\n" } },
  });
}
