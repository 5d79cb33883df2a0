import type { ChildEnvironment } from "#base/environment.ts";
import type { CodexInstallation } from "./installation.ts";

/** Which server to talk to, and where its files are. */
export type ServerOptions = {
  readonly installation: CodexInstallation;
  /** The whole environment of the server, see `serverEnvironment`. */
  readonly environment: ChildEnvironment;
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
  /** The threads are the user's own: should this process die, its turn is ended and they stay in the list. */
  readonly keepsThreads?: boolean;
  /** The system at hand, unless said. */
  readonly platform?: NodeJS.Platform;
};
