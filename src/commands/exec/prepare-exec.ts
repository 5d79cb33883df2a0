import { realpathSync } from "node:fs";
import { join } from "node:path";
import { errorText } from "#base/fault.ts";
import { canonicalJson } from "#base/json.ts";
import { type ConfiguredServer, configuredServers } from "#codex/exec/configured-servers.ts";
import type { ExecRequest, ExecTools } from "#codex/exec/exec-request.ts";
import { imageToolRefusal } from "#codex/images/image-tool.ts";
import { isOlder } from "#codex/installation.ts";
import { requireExecSignIn } from "#codex/sign-in/require-exec-sign-in.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import type { ExecTask } from "#commands/exec/contract/exec-task.ts";
import { checkInputs } from "#commands/exec/look/check-inputs.ts";
import { type Before, lookBefore } from "#commands/exec/look/look-before.ts";
import { begunDraft } from "#commands/exec/record/begun-draft.ts";
import { type CodexForRun, codexForRun } from "#commands/run/codex-for-run.ts";
import { runFailureOf } from "#commands/run/run-failure-of.ts";
import { type SeenTree, workTreeNow } from "#commands/run/work-tree.ts";
import { allowedTools } from "#gate/contract/allowed-tools.ts";
import type { RunFailure } from "#gate/contract/run-failure.ts";
import type { Locations } from "#runs/locations.ts";
import { beginRun, newRun, type RunUnderWay } from "#runs/records/begin-run.ts";

/** A run that is on record as begun, with all that is needed to start Codex. */
export type PreparedExec = {
  readonly task: ExecTask;
  readonly run: RunUnderWay;
  /** A real path. */
  readonly workspace: string;
  readonly codex: CodexForRun;
  readonly tools: ExecTools;
  readonly tree: SeenTree;
  readonly before: Before;
};

export type Preparation =
  | ({ readonly kind: "prepared" } & PreparedExec)
  /** Nothing was started and nothing is on record. */
  | { readonly kind: "refused"; readonly failure: RunFailure };

/** The first version whose offer of the image tool is understood: 0.140 may send images unasked. */
const OLDEST_WITH_IMAGE_TOOL = "0.169.0";

/**
 * Looks whether the task can be done here, remembers how everything stands, and puts the run on record.
 *
 * @throws UsageFault where this repository is not to be sent.
 */
export async function prepareExec(
  call: Call,
  { locations, task }: { readonly locations: Locations; readonly task: ExecTask },
  signal: AbortSignal,
): Promise<Preparation> {
  try {
    const workspace = realpathSync(call.cwd);
    const fault = checkInputs(workspace, task.contract) ?? commaFault(task);
    if (fault !== undefined) return { kind: "refused", failure: fault };
    const tree = await workTreeNow(locations, workspace, signal);
    const repositoryRoot = tree.tree?.repository.root;
    const codex = await codexForRun(call, { locations, repositoryRoot }, signal);
    const { installation, environment } = codex.options;
    const [configured] = await Promise.all([
      configuredServers({ installation, environment, cwd: workspace }, signal),
      requireLogin(codex, workspace, signal),
    ]);
    const tools = toolsOf(task, configured);
    const missing = notOffered(task, tools, codex);
    if (missing !== undefined) return { kind: "refused", failure: missing };
    const before = await lookBefore(workspace, task.contract, signal);
    const draft = begunDraft(call, { locations, task, workspace, codex, tree });
    const asked = { prompt: task.instruction, contract: canonicalJson(task.contract) };
    const run = await beginRun(locations, await newRun(locations, call.now), { draft, asked }, signal);
    return { kind: "prepared", task, run, workspace, codex, tools, tree, before };
  } catch (error) {
    if (error instanceof UsageFault) throw error;
    if (signal.aborted)
      return { kind: "refused", failure: { kind: "cancelled", detail: errorText(signal.reason) } };
    return { kind: "refused", failure: runFailureOf(error) };
  }
}

/** Returns what Codex is started with. */
export function execRequest(
  { task, run, workspace, codex, tools }: PreparedExec,
  { schemaFile, temporary, mountPoints }: Pick<ExecRequest, "schemaFile" | "temporary" | "mountPoints">,
): ExecRequest {
  const { contract, instruction, sandbox, ephemeral } = task;
  const { installation, environment } = codex.options;
  return {
    installation,
    environment,
    cwd: workspace,
    instruction,
    sandbox: sandbox.mode,
    tools,
    model: contract.model,
    effort: contract.effort,
    images: contract.images.map((path) => join(workspace, path)),
    schemaFile,
    ephemeral,
    temporary,
    mountPoints,
    mark: run.id,
    seconds: contract.timeoutSeconds,
  };
}

/** Nobody who is signed in waits for the question, but those whose login is in a keyring. */
async function requireLogin(
  { options, record }: CodexForRun,
  cwd: string,
  signal: AbortSignal,
): Promise<void> {
  if (record.account === "none") await requireExecSignIn(options, cwd, signal);
}

function toolsOf({ contract }: ExecTask, configured: readonly ConfiguredServer[]): ExecTools {
  const allowed = allowedTools(contract);
  return {
    commands: allowed.includes("shell"),
    web: allowed.includes("web"),
    image: allowed.includes("image"),
    servers: allowed.flatMap((tool) => (tool.startsWith("mcp:") ? [tool.slice("mcp:".length)] : [])),
    configured,
  };
}

/** Codex takes the comma in `--image` for the end of a path (0.140, 0.169). */
function commaFault({ contract }: ExecTask): RunFailure | undefined {
  const path = contract.images.find((image) => image.includes(","));
  if (path === undefined) return undefined;
  const detail = `the image ${path} has a comma in its path, at which Codex would cut it; rename it`;
  return { kind: "contract_invalid", detail };
}

function notOffered(
  { contract }: ExecTask,
  { servers, configured }: ExecTools,
  { options, record }: CodexForRun,
): RunFailure | undefined {
  const absent = servers.find((name) => !configured.some((one) => one.name === name && one.enabled));
  if (absent !== undefined) {
    const detail = `there is no MCP server "${absent}" that is enabled here; \`codex mcp list\` shows what there is`;
    return { kind: "tool_not_offered", detail };
  }
  if (contract.generates === undefined || isOlder(options.installation.version, OLDEST_WITH_IMAGE_TOOL)) {
    return undefined;
  }
  const detail = imageToolRefusal(options.codexHome, record.account);
  return detail === undefined ? undefined : { kind: "tool_not_offered", detail };
}
