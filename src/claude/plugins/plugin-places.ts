/** Where one Claude Code installation keeps what belongs to plugins. All paths are absolute. */
export type PluginPlaces = {
  readonly configDirectory: string;
  /** `plugins/`, which `CLAUDE_CODE_PLUGIN_CACHE_DIR` moves. */
  readonly pluginsDirectory: string;
  readonly installed: string;
  readonly known: string;
  readonly marketplaces: string;
  readonly cache: string;
  /** One file for each live process. */
  readonly sessions: string;
  /** Skills of the user that are plugins. */
  readonly skills: string;
  /** `CLAUDE_CODE_PLUGIN_SEED_DIR` and `CLAUDE_CODE_PLUGIN_DIRS` of this very environment. */
  readonly seeds: readonly string[];
  readonly extra: readonly string[];
  /** The folder that the audit was asked in: it decides which project's settings and records apply. */
  readonly project: string;
};
