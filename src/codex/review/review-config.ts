import { realpathSync } from "node:fs";
import { errorCode } from "#base/fault.ts";
import { type IsolatedThread, isolatedThread, SHELL_FEATURES } from "#codex/isolation.ts";
import { PROFILE_NAME, permissionProfile } from "#codex/permission-profile.ts";

/** `profile`: a shell that cannot write and cannot read the secrets. `inline`: no shell at all. */
export type ReviewSandbox = "profile" | "inline";

/** `effective` is the configuration for `root`. */
export type ReviewConfigOptions = Pick<IsolatedThread, "version" | "effective"> & {
  readonly root: string;
  readonly effort: string;
  readonly codexHome: string;
  readonly deniedReads: readonly string[];
};

/** Beside what is off in every run: tools that a reader of one change has no use for. */
const ALSO_OFF = ["image_generation", "view_image"];

/**
 * Returns the thread configuration that keeps a reviewer apart from what it reviews: what a
 * repository (which the reviewed agent writes) or a user's setup would add to the conversation,
 * or would start, is off; the rest is explicit.
 *
 * Tried on 0.169, item by item. What no key keeps out is the AGENTS.md of CODEX_HOME itself.
 */
export function reviewConfig(options: ReviewConfigOptions, sandbox: ReviewSandbox): object {
  const { version, effective } = options;
  const alsoOff = sandbox === "inline" ? [...ALSO_OFF, ...SHELL_FEATURES] : ALSO_OFF;
  return {
    ...isolatedThread({ version, effective, mcpServers: [], alsoOff }),
    projects: untrusted(options.root),
    // The second lock on AGENTS.md, which an untrusted project's is by itself kept out on 0.169.
    project_doc_max_bytes: 0,
    skills: { include_instructions: false, bundled: { enabled: false } },
    include_collaboration_mode_instructions: false,
    model_reasoning_effort: options.effort,
    allow_login_shell: false,
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
