/** A Claude Code process that lives, as far as the system lets it be seen. */
export type ClaudeProcess = {
  readonly pid: number;
  /** As in `/proc/PID/stat`, and as the host writes it into its marks. Empty where the system tells none. */
  readonly startTime: string;
  /** Milliseconds since 1970, by its own word. */
  readonly startedAt: number | null;
  readonly sessionId: string | null;
  readonly cwd: string | null;
  /** Of Claude Code itself, by its own word. */
  readonly version: string | null;
  /** Null where neither its arguments nor its environment could be read. */
  readonly start: ProcessStart | null;
};

/** What its arguments and its environment say of plugins. Paths are absolute. */
export type ProcessStart = {
  /** `--plugin-dir`: a plugin, a `.zip` of one, or a folder of plugins. */
  readonly pluginDirs: readonly string[];
  /** `CLAUDE_CODE_PLUGIN_DIRS` */
  readonly environmentDirs: readonly string[];
  /** `--plugin-url`: fetched for this process alone, so nothing on this machine has the bytes. */
  readonly pluginUrls: readonly string[];
  readonly seedDirs: readonly string[];
  readonly pluginsDirectory: string;
  /** `--setting-sources`, where given. */
  readonly settingSources: readonly string[] | null;
  /** `--bare`, `--safe-mode`: its plugins run no hooks. */
  readonly withoutHooks: boolean;
  /** What of the two could not be read: the other one may have said more. */
  readonly unread: readonly ("arguments" | "environment")[];
};
