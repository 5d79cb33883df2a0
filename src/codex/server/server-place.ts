import { join } from "node:path";
import * as z from "zod/mini";
import { sha256 } from "#base/digest.ts";
import { socketPath } from "./socket-path.ts";

/** The files of one shared server. The folder is also its working directory, so that no repository is. */
export type ServerPlace = {
  readonly directory: string;
  /** What the keeper is asked to do, see `KeeperRequest`. */
  readonly request: string;
  /** Held by the one keeper. */
  readonly lock: string;
  /** Which process serves, see `server-record.ts`. */
  readonly record: string;
  readonly log: string;
  /** Why the last start failed; absent where it did not. */
  readonly failure: string;
  /** One mark for each process that uses the server. */
  readonly clients: string;
  readonly socket: string;
};

export const KeeperRequest = z.strictObject({
  /** The native binary. */
  codex: z.string(),
  /** What it was found by, see `CodexInstallation`. */
  launchedFrom: z.string(),
  /** What comes before `app-server`, see `serverArguments`. */
  arguments: z.array(z.string()),
  codexHome: z.string(),
  /** What the server stands on, see `groundOf`. Once that has changed, it ends as soon as nobody uses it. */
  ground: z.string(),
  /** The names of the variables that the server gets; their values come with the keeper's own environment. */
  environmentNames: z.array(z.string()),
  leasesDirectory: z.string(),
  idleSeconds: z.number(),
  /** Held while a server of the same CODEX_HOME comes up, see `startLock`. */
  startLock: z.string(),
});
export type KeeperRequest = z.output<typeof KeeperRequest>;

export function serverPlace(directory: string): ServerPlace {
  return {
    directory,
    request: join(directory, "keeper.json"),
    lock: join(directory, "keeper.lock"),
    record: join(directory, "server.json"),
    log: join(directory, "server.log"),
    failure: join(directory, "start-failure.txt"),
    clients: join(directory, "clients"),
    socket: socketPath(directory),
  };
}

/**
 * Returns the lock that keeps servers of one CODEX_HOME from coming up at the same time: parallel
 * first starts fail on the lock of Codex's SQLite files.
 */
export function startLock(serversDirectory: string, codexHome: string): string {
  return join(serversDirectory, `start-${sha256(codexHome).slice(0, 20)}.lock`);
}
