import { identifyProcess } from "#base/process-identity.ts";
import { clip, oneLine } from "#base/text.ts";
import { askerOf } from "#commands/asker.ts";
import type { Call } from "#commands/command.ts";
import type { ExecTask } from "#commands/exec/exec-task.ts";
import { packageVersion } from "#commands/installation.ts";
import type { CodexForRun } from "#commands/run-evidence/codex-for-run.ts";
import type { SeenTree } from "#commands/run-evidence/work-tree.ts";
import type { RunDraft } from "#runs/begin-run.ts";
import type { Locations } from "#runs/locations.ts";

const TITLE_LENGTH = 100;

type Beginning = {
  readonly locations: Locations;
  readonly task: ExecTask;
  readonly workspace: string;
  readonly codex: CodexForRun;
  readonly tree: SeenTree;
};

/** Returns what is put on record before Codex is started. */
export function beginDraft(call: Call, { locations, task, workspace, codex, tree }: Beginning): RunDraft {
  const own = identifyProcess(process.pid);
  if (own === undefined) throw new Error("this process cannot be identified");
  const { contract, sandbox, ephemeral } = task;
  const { by, agentSession } = askerOf(call, locations);
  return {
    kind: "exec",
    at: call.now.toISOString(),
    asker: { by, session: agentSession },
    background: false,
    process: own,
    title: clip(oneLine(contract.goal), TITLE_LENGTH),
    cwd: workspace,
    workTree: tree.record,
    ...codex.record,
    asked: {
      model: contract.model ?? null,
      effort: contract.effort ?? null,
      sandbox: sandbox.mode,
      reason: sandbox.mode === "danger-full-access" ? sandbox.reason : null,
      ephemeral,
      timeoutSeconds: contract.timeoutSeconds,
    },
    resumes: null,
    target: null,
    version: packageVersion(),
  };
}
