import type { PluginFolder } from "./plugin-folder.ts";

/** A plugin that is loaded without any install record. */
export type UnrecordedPlugin = {
  /** `name@inline`, `name@skills-dir`, or `name@MARKETPLACE` for one in a seed folder. */
  readonly id: string;
  readonly origin: "plugin-dir" | "environment" | "seed" | "skills-dir";
  readonly folder: PluginFolder;
};
