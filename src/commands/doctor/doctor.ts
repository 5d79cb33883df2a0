import { errorText } from "#base/fault.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { folded } from "#commands/folded.ts";
import { packageVersion } from "#commands/installation.ts";
import { locationsOf } from "#runs/locations.ts";
import { type Check, type Examination, type Examined, worst } from "./check.ts";
import { checkChanges } from "./check-changes.ts";
import { checkClaude } from "./check-claude.ts";
import { checkCodex } from "./check-codex.ts";
import { checkConfiguration } from "./check-configuration.ts";
import { checkLastStop, checkPauses } from "./check-decisions.ts";
import { checkHooks } from "./check-hooks.ts";
import { checkLauncher } from "./check-launcher.ts";
import { checkOtherGates } from "./check-other-gates.ts";
import { checkGit, checkNode } from "./check-programs.ts";
import { checkReviewer } from "./check-reviewer.ts";
import { checkServers } from "./check-servers.ts";
import { checkSettings } from "./check-settings.ts";
import { checkState } from "./check-state.ts";
import { doctorText, summaryText } from "./doctor-text.ts";
import { examine } from "./examine.ts";
import { checkProof } from "./prove/check-proof.ts";
import { redactedChecks } from "./redact-report.ts";
import { registrationsIn } from "./registrations.ts";

const PROGRAM_MS = 30_000;
/** `claude` starts slowly and `claude doctor` takes seconds: on a machine under load ten times as long. */
const CLAUDE_MS = 60_000;
const FILES_MS = 10_000;
const PROOF_MS = 120_000;

/** `countersign doctor`: what is ready here and what is not, as one block for an issue. */
export const doctor: Command = {
  name: "doctor",
  summary: "Check everything that a review needs; --prove fires the registered hooks.",
  usage: "[--prove] [--json]",
  options: {
    prove: { type: "boolean", help: "fire a stop through the registered hooks, without a model call" },
    json: JSON_OPTION,
  },
  run: runDoctor,
};

const EXAMINATIONS: readonly Examination[] = [
  { id: "hooks", limitMs: FILES_MS, run: checkHooks },
  { id: "settings", limitMs: CLAUDE_MS, run: checkSettings },
  { id: "changes", limitMs: FILES_MS, run: checkChanges },
  { id: "launcher", limitMs: FILES_MS, run: checkLauncher },
  { id: "other gates", limitMs: FILES_MS, run: checkOtherGates },
  { id: "configuration", limitMs: FILES_MS, run: checkConfiguration },
  { id: "codex", limitMs: PROGRAM_MS, run: checkCodex },
  { id: "reviewer", limitMs: PROGRAM_MS + 5_000, run: checkReviewer },
  { id: "server", limitMs: PROGRAM_MS, run: checkServers },
  { id: "claude", limitMs: CLAUDE_MS, run: checkClaude },
  { id: "node", limitMs: PROGRAM_MS, run: checkNode },
  { id: "git", limitMs: PROGRAM_MS, run: checkGit },
  { id: "state", limitMs: FILES_MS, run: checkState },
  { id: "pauses", limitMs: FILES_MS, run: checkPauses },
  { id: "last stop", limitMs: FILES_MS, run: checkLastStop },
];

const PROOF: Examination = { id: "proof", limitMs: PROOF_MS, run: checkProof };

/** Exit code 0 where all is ready, 1 where something is not, 2 where something could not be checked. */
async function runDoctor(call: Call): Promise<number> {
  const examined = asHooksSee(call);
  const found = await findAll(call, examined);
  const checks = redactedChecks(found, call);
  if (call.flags.has("json")) {
    printJson(call, "doctor", { ...about(call), summary: summaryText(checks), checks });
  } else {
    const coloured = call.stdout.isTerminal && !call.environment["NO_COLOR"];
    call.stdout.write(folded(call.stdout, doctorText(heading(call), checks, coloured)));
  }
  return exitCode(checks);
}

/** The proof starts servers of its own and is timed: it has the machine to itself. */
async function findAll(call: Call, examined: Examined): Promise<readonly Check[]> {
  try {
    const found = await examine(EXAMINATIONS, examined, call.signal);
    return call.flags.has("prove") ? [...found, ...(await examine([PROOF], examined, call.signal))] : found;
  } catch (error) {
    if (!call.signal.aborted) throw error;
    const text = `doctor: ${errorText(call.signal.reason)}, before everything was checked`;
    throw new UsageFault({ kind: "usage", text });
  }
}

/** The places are this shell's; the variables are those that hooks get, with the `env` of the settings. */
function asHooksSee({ environment, home, platform, cwd, now }: Call): Examined {
  const locations = locationsOf(environment, home, platform);
  const shell = { environment, home, platform, cwd, now, locations };
  return { ...shell, environment: registrationsIn(shell).environment };
}

function about({ now, platform }: Call) {
  const { arch, version: node } = process;
  return { version: packageVersion(), at: now.toISOString(), platform, arch, node };
}

function heading(call: Call): string {
  const { version, at, platform, arch, node } = about(call);
  return `countersign ${version} doctor, ${at.slice(0, 16).replace("T", " ")} UTC, ${platform} ${arch}, node ${node}`;
}

function exitCode(checks: readonly Check[]): number {
  switch (worst(checks.map(({ state }) => state))) {
    case "broken":
      return 1;
    case "unknown":
      return 2;
    case "warning":
    case "ok":
      return 0;
  }
}
