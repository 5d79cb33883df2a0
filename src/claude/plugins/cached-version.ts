import type { PluginFolder } from "./plugin-folder.ts";

/** One folder `cache/MARKETPLACE/PLUGIN/VERSION`. */
export type CachedVersion = {
  /** Both as other files name them, else as the folders are named: with dashes for odd characters. */
  readonly marketplace: string;
  readonly name: string;
  /** The folder's name: a version, twelve digits of a commit, or `unknown`. */
  readonly version: string;
  readonly folder: PluginFolder;
  /** When the host gave it up (milliseconds since 1970): it is removed some weeks later. */
  readonly orphanedAt: number | null;
  readonly holders: readonly Holder[];
};

/**
 * A mark by which a Claude Code process says that it loaded this folder. `recycled`: its pid is
 * another process by now. `unseen`: of another pid namespace, or it does not say since when it runs.
 */
export type Holder = {
  readonly path: string;
  readonly pid: number;
  readonly procStart: string | null;
  readonly state: "alive" | "dead" | "recycled" | "unseen";
};
