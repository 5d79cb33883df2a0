import { existsSync } from "node:fs";
import { variablesAtStart } from "#base/process-tree.ts";
import { oneLine } from "#base/text.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import type { HookCall } from "#commands/hooks/hook-call.ts";
import { locationsOf, sessionFile } from "#runs/locations.ts";
import type { Session } from "#runs/sessions/session.ts";

/**
 * Returns what the user reads where a session without a record has one in the state root of its
 * host's own variables. The `env` of Claude Code's settings reaches its hooks within seconds (2.1.330),
 * so that a session's records can be moved out of sight while it runs.
 */
export function recordedElsewhere(
  { environment, home, locations }: Pick<HookCall, "environment" | "home" | "locations">,
  id: Session["session_id"],
): readonly string[] {
  const { pid } = readHostEnvironment(environment);
  const variables = pid === undefined ? undefined : variablesAtStart(pid);
  if (variables === undefined || existsSync(sessionFile(locations, id))) return [];
  const { root, sessions } = locationsOf(
    Object.fromEntries(variables),
    variables.get("HOME") ?? home,
    process.platform,
  );
  if (root === locations.root || !existsSync(sessionFile({ ...locations, sessions }, id))) return [];
  return [
    `Countersign: this session has its record in ${oneLine(root)}, but its hooks are now told to keep it in ${oneLine(locations.root)}, as the "env" of Claude Code's settings can do. What was done since the last signature there is not reviewed: look at it yourself, and take the variable out.`,
  ];
}
