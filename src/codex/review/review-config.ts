import { realpathSync } from "node:fs";
import type * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { NESTED } from "#codex/environment.ts";
import { isOlder } from "#codex/installation.ts";
import { disabledServers } from "#codex/mcp-servers.ts";
import { PROFILE_NAME, permissionProfile } from "#codex/permission-profile.ts";
import type { ConfigReadResult } from "#codex/protocol.ts";

/** `profile`: a shell that cannot write and cannot read the secrets. `inline`: no shell at all. */
export type ReviewSandbox = "profile" | "inline";

export type ReviewConfigOptions = {
  readonly root: string;
  readonly effort: string;
  readonly codexHome: string;
  /** The server's version. */
  readonly version: string;
  readonly deniedReads: readonly string[];
  /** The effective configuration for `root`, as `config/read` shows it. */
  readonly effective: z.output<typeof ConfigReadResult>["config"];
};

/** Tools and sources of instructions that a reader of one change has no use for. */
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
  /** Its snapshot is taken by a login shell of the user's, outside the sandbox. */
  "shell_snapshot",
  "skill_mcp_dependency_install",
  "tool_suggest",
  "view_image",
];

/**
 * Newer models are offered sub-agents whatever `features.multi_agent` says. What those do stands on
 * threads of their own, and goes on when the review's turn is over. Tried on 0.169; a version that
 * does not know the key might take it for the name of a role, and refuse the thread.
 */
const OLDEST_WITH_AGENTS_KEY = "0.169.0";

/** The tools that run commands. */
const SHELL_FEATURES = ["shell_tool", "unified_exec"];

/**
 * Returns the thread configuration that keeps a reviewer apart from what it reviews: what a
 * repository (which the reviewed agent writes) or a user's setup would add to the conversation,
 * or would start, is off; the rest is explicit.
 *
 * Tried on 0.169, item by item. What no key keeps out is the AGENTS.md of CODEX_HOME itself.
 */
export function reviewConfig(options: ReviewConfigOptions, sandbox: ReviewSandbox): object {
  const off = sandbox === "inline" ? [...FEATURES_OFF, ...SHELL_FEATURES] : FEATURES_OFF;
  return {
    projects: untrusted(options.root),
    // The second lock on AGENTS.md, which an untrusted project's is by itself kept out on 0.169.
    project_doc_max_bytes: 0,
    skills: { include_instructions: false, bundled: { enabled: false } },
    include_collaboration_mode_instructions: false,
    mcp_servers: disabledServers(options.effective.mcp_servers ?? {}),
    notify: [],
    web_search: "disabled",
    model_reasoning_effort: options.effort,
    // The server's environment may hold keys; PATH, HOME and the like are what commands need.
    shell_environment_policy: { inherit: "core", set: { [NESTED]: "1" } },
    allow_login_shell: false,
    features: Object.fromEntries(off.map((feature) => [feature, false])),
    ...(isOlder(options.version, OLDEST_WITH_AGENTS_KEY) ? {} : { agents: { enabled: false } }),
    ...(sandbox === "profile" ? profileConfig(options) : {}),
  };
}

function profileConfig(options: ReviewConfigOptions): object {
  return {
    default_permissions: PROFILE_NAME,
    permissions: { [PROFILE_NAME]: permissionProfile(options.codexHome, options.deniedReads) },
  };
}

/** Codex looks the real path up, and that of a worktree before that of its repository. */
function untrusted(root: string): object {
  return { [realPath(root)]: { trust_level: "untrusted" } };
}

function realPath(root: string): string {
  try {
    return realpathSync(root);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return root;
    throw error;
  }
}
