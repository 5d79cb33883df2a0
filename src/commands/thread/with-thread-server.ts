import type { AppServer } from "#codex/connection/app-server.ts";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import type { Call } from "#commands/command.ts";
import { effectiveConfigOf } from "#commands/effective-config.ts";
import { codexServer } from "#commands/hooks/codex-server.ts";
import type { Locations } from "#runs/locations.ts";

/**
 * Does something on the app-server that runs use too, which is started where none runs. No model is asked.
 *
 * @throws CodexFault, what `work` throws, or the reason of the call's signal.
 */
export async function withThreadServer<T>(
  call: Call,
  locations: Locations,
  work: (server: AppServer) => Promise<T>,
): Promise<T> {
  const { config } = effectiveConfigOf(call, locations, undefined);
  const options = await codexServer({ environment: call.environment, locations }, config, call.signal);
  const server = await openAppServer({ ...options, keepsThreads: true }, call.signal);
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}
