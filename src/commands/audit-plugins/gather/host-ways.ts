import { type PluginFolder, readPluginFolder } from "#claude/plugins/plugin-folder.ts";
import { type CodexPluginFolder, readCodexFolder } from "#codex/plugins/cached-folder.ts";
import type { CommitFolder } from "#git/clone/copied-folder.ts";
import type { HostPlugins } from "./host-plugins.ts";

/** How a host copies plugins, and what it leaves in folders that are not its own. */
export type HostWays = {
  /** At the top of a copy that it loads: when it was given up, and who holds it. With what it does to links. */
  readonly copies: Pick<CommitFolder, "ignore" | "links">;
  /** At the top of a marketplace's clone. */
  readonly cloneMarks: readonly string[];
  readonly readFolder: (path: string) => PluginFolder;
};

/** Claude Code 2.1.330 and Codex 0.169. */
export const HOST_WAYS: Readonly<Record<HostPlugins["host"], HostWays>> = {
  claude: {
    copies: { ignore: [".orphaned_at", ".in_use"] },
    cloneMarks: [],
    readFolder: readPluginFolder,
  },
  codex: {
    copies: { ignore: [], links: "dropped" },
    cloneMarks: [".codex-marketplace-install.json"],
    readFolder: (path) => codexFolder(readCodexFolder(path)),
  },
};

/** Codex takes a manifest without a name, which for Claude Code is none. */
export function codexFolder(folder: CodexPluginFolder): PluginFolder {
  const { manifest } = folder;
  if (manifest.kind !== "read") return { ...folder, manifest };
  return {
    ...folder,
    manifest: { ...manifest, value: { ...manifest.value, name: manifest.value.name ?? "" } },
  };
}
