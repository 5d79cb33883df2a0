import { homedir } from "node:os";
import { join } from "node:path";
import type { SessionId } from "#base/ids.ts";
import { isSessionId } from "#base/is-session-id.ts";

/** What a process learns about the host from its environment. Absent where no host started it. */
export type HostEnvironment = {
  /** Whether Claude Code started us: as a hook, through the agent's shell or by a person's `!`. */
  readonly underAgent: boolean;
  /** The pid of the Claude Code process. */
  readonly pid: number | undefined;
  readonly sessionId: SessionId | undefined;
  /** Whether nobody sits in front of the session (`claude -p`, an SDK). */
  readonly headless: boolean;
  /** The folder that Claude Code was started in; its hooks' cwd may be another. */
  readonly projectDirectory: string | undefined;
};

/** Returns what the environment says about the host. A malformed variable counts as absent. */
export function readHostEnvironment(environment: NodeJS.ProcessEnv): HostEnvironment {
  const {
    CLAUDECODE: marker,
    CLAUDE_PID: pid = "",
    CLAUDE_CODE_SESSION_ID: session,
    CLAUDE_CODE_SESSION_ATTENDED: attended,
    CLAUDE_CODE_ENTRYPOINT: entrypoint,
    CLAUDE_PROJECT_DIR: projectDirectory,
  } = environment;
  return {
    underAgent: marker !== undefined && marker !== "",
    pid: /^[1-9]\d{0,9}$/.test(pid) ? Number(pid) : undefined,
    sessionId: isSessionId(session) ? session : undefined,
    headless: isHeadless(attended, entrypoint),
    projectDirectory,
  };
}

/** Returns where Claude Code keeps its user settings, transcripts and plugins. */
export function claudeConfigDirectory(environment: NodeJS.ProcessEnv): string {
  const chosen = environment["CLAUDE_CONFIG_DIR"];
  if (chosen !== undefined && chosen !== "") return chosen;
  return join(environment["HOME"] || homedir(), ".claude");
}

/** Returns where Claude Code keeps its records of plugins (2.1.330). */
export function pluginsDirectory(environment: NodeJS.ProcessEnv): string {
  return environment["CLAUDE_CODE_PLUGIN_CACHE_DIR"] || join(claudeConfigDirectory(environment), "plugins");
}

/** Claude Code 2.1.330 says 1 in a terminal and 0 in `-p`; older ones only name the entrypoint (cli, sdk-cli). */
function isHeadless(attended: string | undefined, entrypoint: string | undefined): boolean {
  if (attended === "0") return true;
  if (attended === "1") return false;
  return entrypoint?.startsWith("sdk") ?? false;
}
