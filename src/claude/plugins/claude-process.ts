/** A Claude Code process that lives, as far as the system lets it be seen. */
export type ClaudeProcess = {
  readonly pid: number;
  /** As in `/proc/PID/stat`, and as the host writes it into its marks. */
  readonly startTime: string;
  readonly sessionId: string | null;
  readonly cwd: string | null;
  /** Of Claude Code itself, by its own word. */
  readonly version: string | null;
  /** Null where neither its arguments nor its environment could be read. */
  readonly start: ProcessStart | null;
};

/** What its arguments and its environment say of plugins. Paths are absolute. */
export type ProcessStart = {
  /** `--plugin-dir`, and `CLAUDE_CODE_PLUGIN_DIRS`. */
  readonly pluginDirs: readonly string[];
  readonly environmentDirs: readonly string[];
  readonly seedDirs: readonly string[];
  readonly pluginsDirectory: string;
  /** `--setting-sources`, where given. */
  readonly settingSources: readonly string[] | null;
  /** `--bare`, `--safe-mode`: its plugins run no hooks. */
  readonly withoutHooks: boolean;
};
