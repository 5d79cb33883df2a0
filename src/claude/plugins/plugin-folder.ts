import type { Found } from "./found.ts";

/** What stands at a path where a plugin should be. */
export type PluginFolder = {
  readonly path: string;
  readonly stands: "folder" | "absent" | "not-a-folder" | "unreadable";
  /** `.claude-plugin/plugin.json`. A plugin without one is loaded all the same (2.1.330). */
  readonly manifest: Found<PluginManifest>;
  /** `hooks/hooks.json`: where it cannot be read, the plugin is loaded without its hooks. */
  readonly hooks: Found<null>;
};

export type PluginManifest = {
  readonly name: string | null;
  readonly version: string | null;
};
