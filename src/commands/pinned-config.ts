import { readHostEnvironment } from "#claude/host-environment.ts";
import type { Config, Mode } from "#gate/config.ts";
import { modeFor } from "#gate/policy.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { readEffectiveConfig } from "#runs/config-files.ts";
import { warningText } from "#runs/config-warning.ts";
import type { Pinned, Session } from "#runs/session.ts";
import type { HookCall } from "./hook-call.ts";

/** Returns the configuration that a session beginning now in this folder pins. */
export function configToPin(call: HookCall, cwd: string, lastPinned: Config | undefined): Pinned {
  const { environment, home, locations } = call;
  const sources = { userConfig: locations.userConfig, repositoryRoot: workTreeRoot(cwd), home, environment };
  const { config, digest, warnings } = readEffectiveConfig(sources, lastPinned);
  return {
    config,
    digest,
    warnings: warnings.map(warningText),
    headless: readHostEnvironment(environment).headless,
  };
}

/** Returns what holds for a session: its pinned configuration, over which only a person's word stands. */
export function configOf(session: Pick<Session, "pinned" | "mode">): Config {
  const { config } = session.pinned;
  if (session.mode === undefined) return config;
  return { ...config, gate: session.mode.gate, headless: "as-gate", repositories: {} };
}

/** Returns whether the gate looks at this session's stops at all. */
export function modeOf(session: Pick<Session, "pinned" | "mode">, cwd: string): Mode {
  return modeFor(configOf(session), { root: workTreeRoot(cwd), headless: session.pinned.headless });
}
