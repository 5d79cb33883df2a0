import type { Locations } from "#runs/locations.ts";
import type { StdinReading } from "./read-stdin.ts";

/** All that a hook is given. The clock, the environment and the places are read once and passed down. */
export type HookCall = {
  readonly stdin: StdinReading;
  readonly environment: NodeJS.ProcessEnv;
  readonly home: string;
  readonly locations: Locations;
  /** When this process was asked. */
  readonly askedAt: Date;
  /** Fires when the host wants the hook to end. */
  readonly signal: AbortSignal;
};
