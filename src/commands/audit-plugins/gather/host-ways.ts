import { HOST_MARKS } from "#claude/plugins/host-marks.ts";
import { type PluginFolder, readPluginFolder } from "#claude/plugins/plugin-folder.ts";
import { type CodexPluginFolder, readCodexFolder } from "#codex/plugins/cached-folder.ts";
import type { CommitFolder } from "#git/clone/copied-folder.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";
import type { HostPlugins } from "./host-plugins.ts";

/** How a host copies plugins, and what it leaves in folders that are not its own. */
export type HostWays = {
  /** At the top of a copy that it loads: when it was given up, and who holds it. With what it does to links. */
  readonly copies: Pick<CommitFolder, "ignore" | "links" | "modes">;
  /** At the top of a marketplace's clone. */
  readonly cloneMarks: readonly string[];
  readonly readFolder: (path: string) => PluginFolder;
};

/**
 * Returns the ways of a host on the file system that a clone of it lies on: by what git saw when it cloned,
 * copies beside it keep executable bits and links or do not.
 */
export function waysOf(host: HostPlugins["host"], clone: OpenClone | null): HostWays {
  const ways = HOST_WAYS[host];
  const { modes, links } = clone?.config.keeps ?? { modes: true, links: true };
  const lost = { ...(modes ? {} : { modes: "lost" as const }), ...(links ? {} : { links: "text" as const }) };
  return { ...ways, copies: { ...ways.copies, ...lost } };
}

/** Claude Code 2.1.330 and Codex 0.169. */
const HOST_WAYS: Readonly<Record<HostPlugins["host"], HostWays>> = {
  claude: {
    copies: { ignore: HOST_MARKS },
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
