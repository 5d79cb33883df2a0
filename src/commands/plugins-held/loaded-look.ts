import type { PluginFolder } from "#claude/plugins/plugin-folder.ts";
import type { LoadedPlugin } from "#runs/loaded-plugins.ts";

/** A plugin that one process holds; more than one folder where it is one of them. */
export type LoadedNow = Pick<LoadedPlugin, "id" | "evidence"> & { readonly folders: readonly PluginFolder[] };

export type LoadedLook = {
  /** By id, and by evidence where one id is held in two ways. */
  readonly plugins: readonly LoadedNow[];
  /** The files that decide on what is not by marks or arguments. */
  readonly deciding: readonly string[];
  readonly notes: readonly string[];
};
