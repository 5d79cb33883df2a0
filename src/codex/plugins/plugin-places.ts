import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "#base/environment.ts";
import { codexHomeOf } from "#codex/environment.ts";

/** Where one Codex keeps what belongs to plugins. All paths are absolute. */
export type CodexPlaces = {
  readonly home: string;
  readonly config: string;
  /** The machine's configuration. */
  readonly system: string;
  /** `cache/MARKETPLACE/PLUGIN/VERSION`. */
  readonly cache: string;
  /** The clones of marketplaces, by their names. */
  readonly clones: string;
  /** The marketplace of OpenAI's own that Codex fetches unasked, and the commit that it says it is. */
  readonly curated: string;
  readonly curatedCommit: string;
  /** The user's home: it may be a marketplace itself. */
  readonly userHome: string;
  /** The folder that the audit was asked in. */
  readonly project: string;
};

/** Returns the places of the Codex that a session in these surroundings would start (0.140 and 0.169). */
export function codexPlaces(environment: Environment, project: string): CodexPlaces {
  const home = codexHomeOf(environment);
  return {
    home,
    config: join(home, "config.toml"),
    system: "/etc/codex/config.toml",
    cache: join(home, "plugins", "cache"),
    clones: join(home, ".tmp", "marketplaces"),
    curated: join(home, ".tmp", "plugins"),
    curatedCommit: join(home, ".tmp", "plugins.sha"),
    userHome: environment["HOME"] || homedir(),
    project,
  };
}
