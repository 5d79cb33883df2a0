import { join } from "node:path";
import { serverIdentity } from "#codex/identity.ts";
import { supportsSharedSocket } from "#codex/installation.ts";
import { serverArguments } from "#codex/server-arguments.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { groundOf } from "./server-ground.ts";
import { type ServerPlace, serverPlace, startLock } from "./server-place.ts";
import { startKeeper } from "./start-keeper.ts";

/**
 * Starts the shared server for later, without waiting; nothing where none would be used or a
 * keeper lives already. Apart from `openAppServer`, so that a hook which only prewarms does not
 * load what speaks to the server.
 */
export function prewarmAppServer(options: ServerOptions): void {
  if (!options.shared || !supportsSharedSocket(options.installation.version, options.platform)) return;
  requestKeeper(placeOf(options), options);
}

/** Returns where the shared server of these options has its files. */
export function placeOf(options: ServerOptions): ServerPlace {
  const key = serverIdentity(options.installation, options.environment, options.codexHome);
  return serverPlace(join(options.serversDirectory, key));
}

/** Starts the keeper of that place, and with it the server; `false` where one lives already. */
export function requestKeeper(place: ServerPlace, options: ServerOptions): boolean {
  const { installation, codexHome } = options;
  const origin = { codex: installation.path, launchedFrom: installation.launchedFrom, codexHome };
  return startKeeper(place, {
    script: options.keeperScript,
    environment: options.environment,
    request: {
      ...origin,
      ground: groundOf(origin),
      arguments: [...serverArguments(installation, codexHome)],
      environmentNames: Object.keys(options.environment).sort(),
      leasesDirectory: options.leasesDirectory,
      idleSeconds: options.idleSeconds,
      startLock: startLock(options.serversDirectory, codexHome),
    },
  });
}
