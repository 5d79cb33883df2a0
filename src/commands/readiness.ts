import { claudeConfigDirectory } from "#claude/host-environment.ts";
import { filesDisablingHooks, readSettings, registeredHooks, settingsPaths } from "#claude/settings.ts";
import { CodexFault } from "#codex/fault.ts";
import { findCodex } from "#codex/installation.ts";
import { failureMessage } from "#gate/failure/failure-message.ts";
import type { Call } from "./command.ts";

/** Whether a gate that is on could do its work here: who calls it, and whom it would ask. */
export type Readiness = {
  /** Files that register all of our hooks, and what keeps them from running. */
  readonly hooks: { readonly registeredIn: readonly string[]; readonly disabledIn: readonly string[] };
  readonly codex:
    | { readonly kind: "found"; readonly path: string; readonly version: string }
    | { readonly kind: "not-usable"; readonly why: string };
};

const EVENTS = ["SessionStart", "Stop", "SessionEnd"];

/** Returns the readiness in this folder. It reads settings and asks `codex` for its version, no more. */
export async function readinessOf(call: Call): Promise<Readiness> {
  const { environment, home, cwd, platform } = call;
  const paths = settingsPaths(claudeConfigDirectory({ HOME: home, ...environment }), cwd, platform);
  const files = readSettings(paths);
  const registered = registeredHooks(files);
  const whole = (path: string): boolean =>
    EVENTS.every((event) => registered.some((hook) => hook.path === path && hook.event === event));
  return {
    hooks: {
      registeredIn: files.map(({ path }) => path).filter(whole),
      disabledIn: filesDisablingHooks(files).map(({ path }) => path),
    },
    codex: await codexOf(call),
  };
}

/** Returns the readiness as lines for a person. */
export function readinessLines({ hooks, codex }: Readiness): readonly string[] {
  const { registeredIn, disabledIn } = hooks;
  return [
    registeredIn.length === 0
      ? "hooks     NOT REGISTERED for this folder, so nothing is reviewed: run `countersign setup`"
      : `hooks     registered in ${registeredIn.join(", ")}`,
    ...(registeredIn.length > 1
      ? ["          registered twice: take one out with `countersign remove --scope …`"]
      : []),
    ...disabledIn.map(
      (path) => `          SWITCHED OFF by ${path}: no hook of ours runs until that is taken out`,
    ),
    codex.kind === "found"
      ? `codex     ${codex.version} (${codex.path})`
      : `codex     NOT USABLE: ${codex.why}`,
  ];
}

async function codexOf(call: Call): Promise<Readiness["codex"]> {
  try {
    const { path, version } = await findCodex(call.environment, call.signal);
    return { kind: "found", path, version };
  } catch (error) {
    if (!(error instanceof CodexFault)) throw error;
    return { kind: "not-usable", why: failureMessage(error.failure) };
  }
}
