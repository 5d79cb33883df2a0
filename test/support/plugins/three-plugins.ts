import { type LaidOutPlugins, layOutPlugins } from "./lay-out-plugins.ts";
import type { PluginLayout } from "./layout-spec.ts";
import { marketplaceFiles, pluginFiles } from "./plugin-files.ts";
import type { RepositorySpec } from "./repository-spec.ts";

const NAMES = ["alpha", "beta", "gamma"];

/** Three plugins at 1.0.0; then alpha 2.0.0 and gamma 1.1.0, a commit each. */
const LAB: RepositorySpec = {
  name: "lab/mkt",
  commits: [
    {
      label: "one",
      files: {
        ...marketplaceFiles(
          "labmkt",
          NAMES.map((name) => ({ name, source: `./plugins/${name}` })),
        ),
        ...Object.assign({}, ...NAMES.map((name) => pluginFiles({ name, version: "1.0.0" }))),
      },
    },
    { label: "two", files: pluginFiles({ name: "alpha", version: "2.0.0" }) },
    { label: "three", files: pluginFiles({ name: "gamma", version: "1.1.0" }) },
  ],
};

const at = (commit: string) => ({ repository: "lab/mkt", commit });

/**
 * Lays out a marketplace whose whole history is here, and three installed plugins: alpha is behind it, beta
 * in sync, and of gamma the record says what the bytes are not.
 */
export function layOutThree(more: Partial<PluginLayout> = {}): LaidOutPlugins {
  return layOutPlugins({
    repositories: [LAB],
    marketplaces: [{ name: "labmkt", repository: "lab/mkt", history: "whole" }],
    records: {
      "alpha@labmkt": [{ version: "1.0.0", commit: at("one") }],
      "beta@labmkt": [{ version: "1.0.0", commit: at("one") }],
      "gamma@labmkt": [{ version: "1.1.0", commit: at("three") }],
    },
    caches: [
      { plugin: "alpha@labmkt", version: "1.0.0", from: at("one") },
      { plugin: "beta@labmkt", version: "1.0.0", from: at("one") },
      { plugin: "gamma@labmkt", version: "1.1.0", from: at("one") },
    ],
    projects: { app: {} },
    ...more,
  });
}
