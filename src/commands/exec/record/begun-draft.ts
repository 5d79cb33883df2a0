import { askerOf } from "#commands/asker.ts";
import type { Call } from "#commands/command.ts";
import type { ExecTask } from "#commands/exec/contract/exec-task.ts";
import { begunHere } from "#commands/run/begun-here.ts";
import type { CodexForRun } from "#commands/run/codex-for-run.ts";
import type { SeenTree } from "#commands/run/work-tree.ts";
import type { Locations } from "#runs/locations.ts";
import type { RunDraft } from "#runs/records/begin-run.ts";

type Beginning = {
  readonly locations: Locations;
  readonly task: ExecTask;
  readonly workspace: string;
  readonly codex: CodexForRun;
  readonly tree: SeenTree;
};

/** Returns what is put on record before Codex is started. */
export function begunDraft(call: Call, { locations, task, workspace, codex, tree }: Beginning): RunDraft {
  const { contract, sandbox, ephemeral } = task;
  const { by, agentSession } = askerOf(call, locations);
  return {
    ...begunHere({ title: contract.goal, codex, before: tree }),
    kind: "exec",
    at: call.now.toISOString(),
    asker: { by, session: agentSession },
    background: false,
    cwd: workspace,
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
  };
}
