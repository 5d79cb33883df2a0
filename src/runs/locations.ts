import { posix, win32 } from "node:path";
import type { Environment } from "#base/environment.ts";
import type { SessionId } from "#base/ids.ts";

/** Where everything of ours is kept. All paths are absolute. */
export type Locations = {
  /** The state root, which holds all folders below. */
  readonly root: string;
  /** One file per session, with its lock beside it. */
  readonly sessions: string;
  /** Write-once, in folders by year, month and day. */
  readonly receipts: string;
  /** Records of exec and thread runs, in folders by year, month and day. */
  readonly runs: string;
  /** Recorded audits of plugins, in folders by year, month and day. Write-once. */
  readonly audits: string;
  /** Which plugins a session's process held, in a folder for each session. Write-once. */
  readonly plugins: string;
  /** What reviews answered, by what it was about. Write-once. */
  readonly verdicts: string;
  /** What the command line asked of live sessions, and the answers. Write-once. */
  readonly requests: string;
  /** One folder per identity of a shared app-server. */
  readonly servers: string;
  /** The claims of sessions on a shared app-server. */
  readonly leases: string;
  /** The private git object store. */
  readonly objects: string;
  /** Histories of plugins that were fetched on demand, in a bare repository for each address. */
  readonly fetched: string;
  /** What teams share as git notes, as last seen, in a bare repository for each of the user's. */
  readonly notes: string;
  /** What was pruned and when. Write-once. */
  readonly pruned: string;
  /** The registered launcher and the copies of the hooks that it runs. */
  readonly launch: string;
  /** The user's configuration file, which is no state and lies outside the root. */
  readonly userConfig: string;
};

const NAME = "countersign";

/**
 * Returns where state and configuration lie. Only these variables count: COUNTERSIGN_HOME, then
 * XDG_STATE_HOME and XDG_CONFIG_HOME (LOCALAPPDATA and APPDATA on Windows). A host gives its hooks
 * variables that no shell has; were one of them read here, hooks and shells would disagree.
 * A relative value is no place: COUNTERSIGN_HOME is then taken from the home folder, which all
 * processes share, and an XDG variable is ignored, as its specification says.
 */
export function locationsOf(environment: Environment, home: string, platform: NodeJS.Platform): Locations {
  const { join } = platform === "win32" ? win32 : posix;
  const root = stateRoot(environment, home, platform);
  return {
    root,
    sessions: join(root, "sessions"),
    receipts: join(root, "receipts"),
    runs: join(root, "runs"),
    audits: join(root, "audits"),
    plugins: join(root, "plugins"),
    verdicts: join(root, "verdicts"),
    requests: join(root, "requests"),
    servers: join(root, "servers"),
    leases: join(root, "leases"),
    objects: join(root, "objects"),
    fetched: join(root, "fetched"),
    notes: join(root, "notes"),
    pruned: join(root, "pruned"),
    launch: join(root, "launch"),
    userConfig: join(configHome(environment, home, platform), NAME, "config.json"),
  };
}

/** Returns the one file of a session. Its id is safe as a name: see `SessionId`. */
export function sessionFile(locations: Locations, id: SessionId): string {
  return `${locations.sessions}/${id}.json`;
}

/** The version in the schema of today's session files, see `session-versions.ts`. */
export const SESSION_VERSION = 2;

/**
 * Returns where this version keeps its own record of a session whose file a later version wrote. Its
 * name is no session's: a dot is not in an id.
 */
export function ownSessionFile(locations: Locations, id: SessionId): string {
  return `${locations.sessions}/${id}.v${SESSION_VERSION}.json`;
}

function stateRoot(environment: Environment, home: string, platform: NodeJS.Platform): string {
  const { resolve, join } = platform === "win32" ? win32 : posix;
  const own = environment["COUNTERSIGN_HOME"];
  if (own !== undefined && own !== "") return resolve(home, own);
  return join(stateHome(environment, home, platform), NAME);
}

/** XDG Base Directory Specification 0.8; on Windows the folder for data that does not roam. */
function stateHome(environment: Environment, home: string, platform: NodeJS.Platform): string {
  if (platform === "win32") {
    return absolute(environment["LOCALAPPDATA"], platform) ?? win32.join(home, "AppData", "Local");
  }
  const named = absolute(environment["XDG_STATE_HOME"], platform);
  if (named !== undefined) return named;
  if (platform === "darwin") return posix.join(home, "Library", "Application Support");
  return posix.join(home, ".local", "state");
}

function configHome(environment: Environment, home: string, platform: NodeJS.Platform): string {
  if (platform === "win32") {
    return absolute(environment["APPDATA"], platform) ?? win32.join(home, "AppData", "Roaming");
  }
  return absolute(environment["XDG_CONFIG_HOME"], platform) ?? posix.join(home, ".config");
}

function absolute(path: string | undefined, platform: NodeJS.Platform): string | undefined {
  if (path === undefined) return undefined;
  const { isAbsolute } = platform === "win32" ? win32 : posix;
  return isAbsolute(path) ? path : undefined;
}
