import type * as z from "zod/mini";
import { NESTED } from "#codex/environment.ts";
import { isOlder } from "#codex/installation.ts";
import { disabledServers } from "#codex/mcp-servers.ts";
import type { ConfigReadResult } from "#codex/protocol.ts";

export type ThreadConfigOptions = {
  readonly effort: string | undefined;
  /** The servers of MCP, by name, that are left as they are. */
  readonly mcpServers: readonly string[];
  /** The server's version. */
  readonly version: string;
  /** The effective configuration where the thread works, as `config/read` shows it. */
  readonly effective: z.output<typeof ConfigReadResult>["config"];
};

/**
 * What acts outside of the sandbox, goes on when the turn is over, or asks somebody who is not there. What
 * the user's own files tell the model (AGENTS.md, skills) stays: a run is the user's work.
 */
const FEATURES_OFF = [
  "apps",
  "browser_use",
  "computer_use",
  "goals",
  "hooks",
  "image_generation",
  "memories",
  "multi_agent",
  "plugins",
  "shell_snapshot",
  "skill_mcp_dependency_install",
  "tool_suggest",
];

/** See `reviewConfig`: newer models are offered sub-agents whatever `features.multi_agent` says. */
const OLDEST_WITH_AGENTS_KEY = "0.169.0";

/** Returns the thread configuration of a run that somebody asked for: no more than it needs. */
export function threadConfig({ effort, mcpServers, version, effective }: ThreadConfigOptions): object {
  const unasked = Object.entries(effective.mcp_servers ?? {}).filter(([name]) => !mcpServers.includes(name));
  return {
    mcp_servers: disabledServers(Object.fromEntries(unasked)),
    notify: [],
    web_search: "disabled",
    // The server's environment may hold keys; PATH, HOME and the like are what commands need.
    shell_environment_policy: { inherit: "core", set: { [NESTED]: "1" } },
    // What the user's configuration may add to it would not be on record as `workspace-write`.
    sandbox_workspace_write: { network_access: false, writable_roots: [] },
    features: Object.fromEntries(FEATURES_OFF.map((feature) => [feature, false])),
    ...(effort === undefined ? {} : { model_reasoning_effort: effort }),
    ...(isOlder(version, OLDEST_WITH_AGENTS_KEY) ? {} : { agents: { enabled: false } }),
  };
}
