import type { Environment } from "#base/environment.ts";
import { codexHomeOf, serverEnvironment } from "#codex/environment.ts";
import { type CodexInstallation, findCodex } from "#codex/installation.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { builtFile, packageVersion } from "#commands/installation.ts";
import type { Config } from "#gate/config.ts";
import type { Locations } from "#runs/locations.ts";

/**
 * Returns which Codex server this process talks to: the `codex` that answers, its home, and the
 * part of the environment that it gets.
 *
 * @throws CodexFault `codex-missing`, `codex-unusable` or `codex-too-old`.
 */
export async function codexServer(
  call: { readonly environment: Environment; readonly locations: Locations },
  config: Config,
  signal: AbortSignal,
): Promise<ServerOptions> {
  return serverOf(call, config, await findCodex(call.environment, signal));
}

/** Returns the same where it is known which Codex it is. No process is started. */
export function serverOf(
  { environment, locations }: { readonly environment: Environment; readonly locations: Locations },
  config: Config,
  installation: CodexInstallation,
): ServerOptions {
  const codexHome = codexHomeOf(environment);
  return {
    installation,
    environment: serverEnvironment(environment, codexHome),
    codexHome,
    serversDirectory: locations.servers,
    leasesDirectory: locations.leases,
    keeperScript: builtFile("keeper"),
    idleSeconds: config.idleSeconds,
    shared: config.shareServer ?? true,
    clientVersion: packageVersion(),
  };
}
