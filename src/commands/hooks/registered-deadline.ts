import { claudeConfigDirectory, readHostEnvironment } from "#claude/host-environment.ts";
import { runningHooks } from "#claude/running-hooks.ts";
import { readSettings, settingsPaths } from "#claude/settings.ts";
import type { HookCall } from "./hook-call.ts";

/** When the host ends a hook of ours, in seconds since it started it, and the file that says so. */
export type HostTimeout = { readonly seconds: number; readonly path: string | undefined };

/** What a hook may take, in seconds since its process began. */
export type AllowedTime = {
  /** For waiting and reviewing. What then runs is interrupted, recorded and said. */
  readonly seconds: number;
  /** By then the answer is out, whatever still waits. */
  readonly answered: number;
  /** Why `seconds` is less than what is configured, and what to set. */
  readonly cut: string | undefined;
};

/** Claude Code 2.1.330 ends a hook after so long where its entry says nothing, or cannot be seen from here. */
const DEFAULT_TIMEOUT_S = 600;

/**
 * What follows the deadline in the worst case takes less: the turn is interrupted, the thread given
 * back, a private server ended, the outcome recorded.
 */
const MARGIN_S = 30;
/** The margin of a short timeout. */
const MARGIN_PART = 0.2;
/** For the answer on its way, and for what of the start the host counts and nobody here can see. */
const RESERVE_S = 5;
const RESERVE_PART = 0.1;

/**
 * Returns when the host ends this Stop hook. Where several are registered, any of them can have
 * started this process, so it is the shortest of their timeouts. Hooks of files given with
 * `--settings` cannot be seen from here.
 */
export function registeredTimeout(
  { environment, home }: Pick<HookCall, "environment" | "home">,
  cwd: string,
): HostTimeout {
  const configDirectory = claudeConfigDirectory({ HOME: home, ...environment });
  const { projectDirectory } = readHostEnvironment(environment);
  const files = readSettings(settingsPaths(configDirectory, projectDirectory ?? cwd, process.platform));
  const timeouts = runningHooks(files)
    .filter(({ event }) => event === "Stop")
    .map(({ path, timeout }) => ({ path, seconds: timeout ?? DEFAULT_TIMEOUT_S }))
    .sort((a, b) => a.seconds - b.seconds);
  return timeouts[0] ?? { path: undefined, seconds: DEFAULT_TIMEOUT_S };
}

/**
 * Returns what of that time a hook may take that is configured to take `wanted` seconds, and whose
 * process began `late` seconds after the host's clock.
 */
export function allowedTime({ seconds, path }: HostTimeout, wanted: number, late = 0): AllowedTime {
  const most = Math.max(0, seconds - late - Math.min(MARGIN_S, seconds * MARGIN_PART));
  const answered = Math.max(0, seconds - late - Math.min(RESERVE_S, seconds * RESERVE_PART));
  if (wanted <= most) return { seconds: wanted, answered, cut: undefined };
  const whole = wanted + late;
  const needed = Math.ceil(Math.min(whole + MARGIN_S, whole / (1 - MARGIN_PART)));
  const where = path ?? "the settings";
  return {
    seconds: most,
    answered,
    cut: `${where} gives the Stop hook ${rounded(seconds)} s, so that of the configured ${rounded(wanted)} s only ${rounded(most)} s can be used: set its \`timeout\` to ${needed} there`,
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
