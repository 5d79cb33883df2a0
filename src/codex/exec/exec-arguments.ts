import { NESTED } from "#codex/environment.ts";
import { isOlder } from "#codex/installation.ts";
import { FEATURES_OFF, knowsAgentsKey, SHELL_ENVIRONMENT, SHELL_FEATURES } from "#codex/isolation.ts";
import type { ExecRequest } from "./exec-request.ts";

/** 0.169 asks an unreachable provider again without end; 0.140 does not know the key, and does not mind. */
const ENDLESS_RETRIES = "unbounded_connection_retries";

/** An older one might refuse the option. Tried on 0.140 and 0.169. */
const OLDEST_WITHOUT_RULES = "0.140.0";

/**
 * Returns the words after `codex` with which a task is run. The user's own configuration holds, for it
 * says who answers and how; what it would start or allow beyond the contract does not.
 *
 * Rules that a user once gave ("always allow") let commands out of the sandbox, so they are left out where
 * there is one. With full access those that forbid something stay.
 */
export function execArguments(request: ExecRequest): readonly string[] {
  const { sandbox, model, schemaFile } = request;
  const rules =
    sandbox === "danger-full-access" || isOlder(request.installation.version, OLDEST_WITHOUT_RULES);
  return [
    "exec",
    "--json",
    "--color=never",
    "--skip-git-repo-check",
    `--sandbox=${sandbox}`,
    ...(rules ? [] : ["--ignore-rules"]),
    ...(request.ephemeral ? ["--ephemeral"] : []),
    ...(model === undefined ? [] : [`--model=${model}`]),
    ...(schemaFile === undefined ? [] : [`--output-schema=${schemaFile}`]),
    ...request.images.map((path) => `--image=${path}`),
    ...settings(request).flatMap((setting) => ["-c", setting]),
    "-",
  ];
}

function settings(request: ExecRequest): readonly string[] {
  const { tools, effort, mark, installation } = request;
  const off = [
    ...FEATURES_OFF,
    ENDLESS_RETRIES,
    ...(tools.image ? [] : ["image_generation"]),
    ...(tools.commands ? [] : SHELL_FEATURES),
  ];
  return [
    'approval_policy="never"',
    "notify=[]",
    "sandbox_workspace_write.network_access=false",
    "sandbox_workspace_write.writable_roots=[]",
    // Others work in it too. The run has a temporary folder of its own, by TMPDIR.
    "sandbox_workspace_write.exclude_slash_tmp=true",
    "sandbox_workspace_write.exclude_tmpdir_env_var=false",
    `shell_environment_policy.inherit="${SHELL_ENVIRONMENT}"`,
    `shell_environment_policy.set={${NESTED}="${mark}"}`,
    "shell_environment_policy.include_only=[]",
    ...(knowsAgentsKey(installation.version) ? ["agents.enabled=false"] : []),
    ...(tools.web ? [] : ['web_search="disabled"']),
    ...(effort === undefined ? [] : [`model_reasoning_effort=${JSON.stringify(effort)}`]),
    ...off.map((feature) => `features.${feature}=false`),
    ...tools.configured
      .filter(({ name, enabled }) => enabled && !tools.servers.includes(name))
      .map(({ name }) => `mcp_servers.${name}.enabled=false`),
  ];
}
