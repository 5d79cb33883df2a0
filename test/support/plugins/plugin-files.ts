import type { Files } from "./repository-spec.ts";

export type PluginSpec = {
  readonly name: string;
  /** What `plugin.json` says; left out of it where it is not given. */
  readonly version?: string;
  /** The folder in the repository; `plugins/<name>` by default, `.` for the top. */
  readonly folder?: string;
  /** Goes into the skill's description and the hook: two plugins that differ in it differ in bytes. */
  readonly content?: string;
  /** More files of the plugin, by their paths in its folder. */
  readonly more?: Files;
};

/** One plugin in `marketplace.json`: `source` is a path in the marketplace or an object of another kind. */
export type MarketplaceEntry = {
  readonly name: string;
  readonly source: string | Readonly<Record<string, unknown>>;
  readonly version?: string;
  readonly strict?: boolean;
};

/** Returns the files of a plugin with a manifest, a Stop hook and a skill. Its content follows its version. */
export function pluginFiles(spec: PluginSpec): Files {
  const { name, version, folder = `plugins/${spec.name}`, more = {} } = spec;
  const content = spec.content ?? `content of ${version ?? "no version"}`;
  const files: Files = {
    ".claude-plugin/plugin.json": json({ name, ...(version === undefined ? {} : { version }) }),
    "hooks/hooks.json": json({ hooks: { Stop: [{ hooks: [{ type: "command", command: STOP }] }] } }),
    "hooks/stop.sh": { executable: `#!/bin/sh\n# ${content}\nexit 0\n` },
    [`skills/${name}-skill/SKILL.md`]: `---\nname: ${name}-skill\ndescription: ${content}\n---\nDo it.\n`,
    ...more,
  };
  const prefix = folder === "." ? "" : `${folder}/`;
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [`${prefix}${path}`, file]));
}

/** Returns the manifest of a marketplace as the one file that it is. */
export function marketplaceFiles(name: string, plugins: readonly MarketplaceEntry[]): Files {
  return { ".claude-plugin/marketplace.json": json({ name, owner: { name: "Lab" }, plugins }) };
}

/** Returns a value as Claude Code writes it into its files. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const STOP = `"\${CLAUDE_PLUGIN_ROOT}/hooks/stop.sh"`;
