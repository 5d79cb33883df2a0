import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { CONTRACT_OPTIONS, CONTRACT_USAGE } from "#commands/exec/contract/contract-options.ts";
import type { ExecTask } from "#commands/exec/contract/exec-task.ts";
import { readContract } from "#commands/exec/contract/read-contract.ts";
import { progressOn } from "#commands/progress/run-progress.ts";
import { runExitCode } from "#commands/run/run-exit-code.ts";
import { commandWord } from "#commands/stop/command-word.ts";
import { allowedTools } from "#gate/contract/allowed-tools.ts";
import { instructionOf } from "#gate/contract/instruction.ts";
import { type FullAccess, sandboxOf } from "#gate/contract/sandbox-of.ts";
import { locationsOf } from "#runs/locations.ts";
import { dryRunText, execJson, execText } from "./exec-text.ts";
import { type ExecDone, runExec } from "./run-exec.ts";

/** `countersign exec`: one task for Codex, in a process of its own, judged by what it left behind. */
export const exec: Command = {
  name: "exec",
  summary:
    "Have Codex do one task under a contract, and check what it left: exit code 0 done, 1 not done, 2 could not run.",
  usage: `${CONTRACT_USAGE} [--danger-full-access --reason TEXT] [--ephemeral] [--dry-run] [--quiet] [--json]`,
  options: {
    ...CONTRACT_OPTIONS,
    "danger-full-access": {
      type: "boolean",
      help: "no sandbox at all: commands may do whatever you may; needs --reason",
    },
    reason: { type: "string", value: "TEXT", help: "why it needs full access; kept in the record" },
    ephemeral: { type: "boolean", help: "Codex keeps no file of the thread, so that less can be proven" },
    "dry-run": { type: "boolean", help: "print the instruction and the sandbox; nothing is asked" },
    quiet: { type: "boolean", short: "q", help: "do not show what it does meanwhile" },
    json: JSON_OPTION,
  },
  positionals: 1,
  run: execNow,
};

async function execNow(call: Call): Promise<number> {
  const task = await taskOf(call);
  if (call.flags.has("dry-run")) return showTask(call, task);
  const locations = locationsOf(call.environment, call.home, call.platform);
  const quiet = call.flags.has("quiet") || call.flags.has("json");
  const progress = progressOn(call.stderr, { began: call.now, cwd: call.cwd, quiet });
  const done = await runExec(call, { locations, task }, progress.say).finally(progress.end);
  const code = exitCode(done);
  if (call.flags.has("json")) printJson(call, "exec", { exitCode: code, ...execJson(done) });
  else call.stdout.write(execText(done, commandWord(call.environment, locations)));
  return code;
}

async function taskOf(call: Call): Promise<ExecTask> {
  const fullAccess = fullAccessOf(call);
  const contract = await readContract(call);
  return {
    contract,
    instruction: instructionOf(contract),
    sandbox: sandboxOf(contract, fullAccess),
    ephemeral: call.flags.has("ephemeral"),
  };
}

/** Said by whoever calls, never by a contract, and never without a reason that stays on record. */
function fullAccessOf(call: Call): FullAccess | undefined {
  const reason = call.texts.get("reason")?.trim() ?? "";
  const isAsked = call.flags.has("danger-full-access");
  if (isAsked && reason !== "") return { reason };
  if (isAsked) throw usage('--danger-full-access needs a reason: --reason "..."');
  if (call.texts.has("reason"))
    throw usage("--reason says why it needs --danger-full-access, which is not given");
  return undefined;
}

function showTask(call: Call, { contract, instruction, sandbox }: ExecTask): number {
  const tools = allowedTools(contract);
  if (call.flags.has("json")) printJson(call, "exec-dry-run", { instruction, sandbox, tools });
  else call.stdout.write(dryRunText(instruction, sandbox, tools));
  return 0;
}

function exitCode(done: ExecDone): number {
  return done.kind === "recorded" ? runExitCode(done.ended) : 2;
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text: `exec: ${text}` });
}
