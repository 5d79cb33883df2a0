import type { PluginFolder } from "./plugin-folder.ts";

/** A plugin that is loaded without any install record. */
export type UnrecordedPlugin = {
  /** `name@inline`, `name@skills-dir`, or `name@MARKETPLACE` for one in a seed folder. */
  readonly id: string;
  /**
   * `plugin-dir`: only live processes have it, by their own arguments or environment. A session that is
   * started in these very surroundings finds the others.
   */
  readonly origin: "plugin-dir" | "environment" | "seed" | "skills-dir";
  readonly folder: PluginFolder;
  /** Live processes that were given it by their own arguments or environment. */
  readonly pids: readonly number[];
};
