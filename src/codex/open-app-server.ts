import type { AppServer } from "./app-server.ts";
import { connect } from "./connection.ts";
import { CodexFault } from "./fault.ts";
import type { CodexInstallation } from "./installation.ts";
import { startPrivateServer } from "./private-server.ts";

/** Which server to talk to, and where its files are. */
export type ServerOptions = {
  readonly installation: CodexInstallation;
  /** The whole environment of the server, see `serverEnvironment`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly codexHome: string;
  /** One folder per server identity is made below it. */
  readonly serversDirectory: string;
  readonly leasesDirectory: string;
  /** The built keeper (`dist/keeper/keeper.cjs`). */
  readonly keeperScript: string;
  /** After how many seconds without a client the shared server ends. */
  readonly idleSeconds: number;
  /** `false`: never share, for those who opt out. */
  readonly shared: boolean;
  readonly clientVersion: string;
};

/** A cold start takes 50 to 180 ms; a loaded machine gets a hundred times that. */
const PRIVATE_START_MS = 15_000;

export async function openAppServer(options: ServerOptions, signal: AbortSignal): Promise<AppServer> {
  return await openPrivate(options, signal);
}

async function openPrivate(options: ServerOptions, signal: AbortSignal): Promise<AppServer> {
  const wire = startPrivateServer({
    path: options.installation.path,
    environment: options.environment,
    directory: options.serversDirectory,
  });
  const timeLimit = AbortSignal.timeout(PRIVATE_START_MS);
  try {
    return await connect(wire, options.clientVersion, AbortSignal.any([signal, timeLimit]));
  } catch (error) {
    signal.throwIfAborted();
    throw new CodexFault({ kind: "server-start-failed", detail: startFailure(error) }, { cause: error });
  }
}

function startFailure(error: unknown): string {
  if (error instanceof CodexFault && "detail" in error.failure) return error.failure.detail;
  return `no answer within ${PRIVATE_START_MS / 1000} s`;
}
