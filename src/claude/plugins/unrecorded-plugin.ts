import type { PluginFolder } from "./plugin-folder.ts";

/** A plugin that is loaded without any install record. */
export type UnrecordedPlugin = {
  /** `name@inline`, `name@skills-dir`, or `name@MARKETPLACE` for one in a seed folder. */
  readonly id: string;
  readonly origin: "plugin-dir" | "environment" | "seed" | "skills-dir";
  readonly folder: PluginFolder;
  /** Whether a session that is started in these very surroundings finds it. */
  readonly here: boolean;
  /** Live processes that were given it by their own arguments or environment. */
  readonly pids: readonly number[];
};
