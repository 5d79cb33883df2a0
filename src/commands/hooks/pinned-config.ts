import { readHostEnvironment } from "#claude/host-environment.ts";
import type { Config } from "#gate/config.ts";
import type { Mode } from "#gate/mode.ts";
import { modeFor } from "#gate/stop/policy.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { readEffectiveConfig } from "#runs/config/config-files.ts";
import { warningText } from "#runs/config/config-warning.ts";
import type { Pinned, Session } from "#runs/sessions/session.ts";
import type { HookCall } from "./hook-call.ts";

/** Returns the configuration that a session beginning now in this folder pins. */
export function configToPin(call: HookCall, cwd: string, lastPinned: Config | undefined): Pinned {
  const { environment, home, locations } = call;
  const sources = { userConfig: locations.userConfig, repositoryRoot: workTreeRoot(cwd), home, environment };
  const { config, digest, warnings } = readEffectiveConfig(sources, lastPinned);
  const { headless } = readHostEnvironment(environment);
  const mode = modeFor(config, { root: sources.repositoryRoot, headless });
  return { config, digest, warnings: warnings.map(warningText), headless, mode };
}

/** Returns what holds for a session: its pinned configuration, over which only a person's word stands. */
export function configOf(session: Pick<Session, "pinned" | "mode">): Config {
  const { config } = session.pinned;
  if (session.mode === undefined) return config;
  return { ...config, gate: session.mode.gate, headless: "as-gate", repositories: {} };
}

/** Returns whether the gate looks at this session's stops at all. */
export function modeOf(session: Pick<Session, "pinned" | "mode">): Mode {
  return session.mode?.gate ?? session.pinned.mode;
}
