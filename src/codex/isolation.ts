import type * as z from "zod/mini";
import { NESTED } from "./environment.ts";
import { isOlder } from "./installation.ts";
import type { ConfigReadResult, McpServer } from "./protocol.ts";

/**
 * What acts outside of the sandbox, goes on when the turn is over, asks somebody who is not there, or is of
 * no use to a run of ours: the gate's reviews, tasks and turns on threads alike.
 */
export const FEATURES_OFF = [
  "apps",
  "browser_use",
  "computer_use",
  "goals",
  "hooks",
  "memories",
  "multi_agent",
  "plugins",
  // Its snapshot is taken by a login shell of the user's, outside of the sandbox.
  "shell_snapshot",
  "skill_mcp_dependency_install",
  "tool_suggest",
];

/** The tools that run commands. */
export const SHELL_FEATURES = ["shell_tool", "unified_exec"];

/** What a command needs is PATH, HOME and the like; Codex's own environment may hold keys. */
export const SHELL_ENVIRONMENT = "core";

const OLDEST_WITH_AGENTS_KEY = "0.169.0";

/**
 * Returns whether `agents.enabled` is to be set. Newer models are offered sub-agents whatever
 * `features.multi_agent` says. What those do stands on threads of their own, neither among a run's events
 * nor in its file, and goes on when its turn is over. Tried on 0.169; a version that does not know the key
 * might take it for the name of a role, and refuse the thread.
 */
export function knowsAgentsKey(version: string): boolean {
  return !isOlder(version, OLDEST_WITH_AGENTS_KEY);
}

type Server = z.output<typeof McpServer>;

export type IsolatedThread = {
  /** The server's version. */
  readonly version: string;
  /** The effective configuration where the thread works, as `config/read` shows it. */
  readonly effective: z.output<typeof ConfigReadResult>["config"];
  /** The servers of MCP, by name, that are left as they are. They run outside of the sandbox. */
  readonly mcpServers: readonly string[];
  /** Features that are off beside those that always are. */
  readonly alsoOff: readonly string[];
};

/** Returns the part of a thread's configuration that keeps it to its task, whatever the user's own says. */
export function isolatedThread({ version, effective, mcpServers, alsoOff }: IsolatedThread): object {
  const unasked = Object.entries(effective.mcp_servers ?? {}).filter(([name]) => !mcpServers.includes(name));
  return {
    mcp_servers: Object.fromEntries(unasked.map(disabled)),
    notify: [],
    web_search: "disabled",
    shell_environment_policy: { inherit: SHELL_ENVIRONMENT, set: { [NESTED]: "1" } },
    features: Object.fromEntries([...FEATURES_OFF, ...alsoOff].map((feature) => [feature, false])),
    ...(knowsAgentsKey(version) ? { agents: { enabled: false } } : {}),
  };
}

/**
 * Tables are merged, so each server must be named to be disabled. Its transport goes with it: once the
 * project is untrusted, its own servers have no other entry, and one without a transport is refused.
 */
function disabled([name, server]: [string, Server]): [string, object] {
  const transport = typeof server.url === "string" ? { url: server.url } : { command: server.command ?? "" };
  return [name, { ...transport, enabled: false }];
}
