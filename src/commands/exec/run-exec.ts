import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorText } from "#base/fault.ts";
import { type ExecRun, runCodexExec } from "#codex/exec/codex-exec.ts";
import type { Call } from "#commands/command.ts";
import type { ExecTask } from "#commands/exec/contract/exec-task.ts";
import { lookAfter } from "#commands/exec/look/look-after.ts";
import { type Ending, endedDraft } from "#commands/exec/record/ended-draft.ts";
import { execEvidence, UNREADABLE_ROLLOUT } from "#commands/exec/record/exec-evidence.ts";
import { recordReach } from "#commands/exec/record/record-reach.ts";
import { guardMounts, type MountGuard } from "#commands/run/guard-mounts.ts";
import { inquiry } from "#commands/run/inquiry.ts";
import { runFailureOf } from "#commands/run/run-failure-of.ts";
import { tendRun } from "#commands/run/tend-run.ts";
import { changedBetween, workTreeNow } from "#commands/run/work-tree.ts";
import { allowedTools } from "#gate/contract/allowed-tools.ts";
import { judgeRun } from "#gate/contract/judge-run.ts";
import type { RunFailure } from "#gate/contract/run-failure.ts";
import type { Locations } from "#runs/locations.ts";
import type { RunUnderWay } from "#runs/records/begin-run.ts";
import { type EndDraft, endRun } from "#runs/records/end-run.ts";
import type { RunEvent } from "#runs/records/run-event.ts";
import { appendRunEvent } from "#runs/records/run-events.ts";
import type { RunEnded } from "#runs/records/run-record.ts";
import { runEventsOf } from "./exec-events.ts";
import { execReport } from "./exec-report.ts";
import { execRequest, type PreparedExec, prepareExec } from "./prepare-exec.ts";
import { temporaryFolder, writableFolders } from "./run-folders.ts";
import { sandboxCheck } from "./sandbox-check.ts";

export type ExecDone =
  /** Nothing was started, and nothing is on record. */
  | { readonly kind: "not-begun"; readonly failure: RunFailure }
  | { readonly kind: "recorded"; readonly run: RunUnderWay; readonly ended: RunEnded }
  /** It ran, and its end could not be written: then it has none, whatever it did. */
  | {
      readonly kind: "unrecorded";
      readonly run: RunUnderWay;
      readonly draft: EndDraft;
      readonly failure: RunFailure;
    };

/** What is found out after a run has its own time: also of a run that was cancelled there is a record. */
const AFTERWARDS_MS = 120_000;

/**
 * Runs one task from its beginning to its record. What goes wrong is an outcome like others.
 *
 * @throws UsageFault where this repository is not to be sent.
 */
export async function runExec(
  call: Call,
  { locations, task }: { readonly locations: Locations; readonly task: ExecTask },
  tell: (event: RunEvent) => void,
): Promise<ExecDone> {
  const prepared = await prepareExec(call, { locations, task }, call.signal);
  if (prepared.kind === "refused") return { kind: "not-begun", failure: prepared.failure };
  const { run } = prepared;
  const tended = tendRun(run.folder, call.signal);
  const mounts = guardMounts(locations, run, writableFolders(prepared, call));
  const put = (event: RunEvent): void => {
    appendRunEvent(run.folder, event);
    tell(event);
  };
  try {
    const ending = await carryOut({ call, locations, prepared, mounts, tell: put }, tended.signal);
    mounts.release();
    const draft = endedDraft(ending);
    try {
      const { ended } = await endRun(locations, run, draft, AbortSignal.timeout(AFTERWARDS_MS));
      return { kind: "recorded", run, ended };
    } catch (error) {
      return {
        kind: "unrecorded",
        run,
        draft,
        failure: { ...runFailureOf(error), kind: "record_unwritable" },
      };
    }
  } finally {
    mounts.release();
    tended.stop();
  }
}

type Underway = {
  readonly call: Call;
  readonly locations: Locations;
  readonly prepared: PreparedExec;
  readonly mounts: MountGuard;
  readonly tell: (event: RunEvent) => void;
};

/** What is known of a run so far: what comes later can fail, and this is kept. */
type Known = { -readonly [K in keyof Ending]: Ending[K] };

/** An end that nobody foresaw is one too, with what is known by then. */
async function carryOut(underway: Underway, signal: AbortSignal): Promise<Ending> {
  const known = nothingKnown(underway.call.now);
  try {
    known.codex = await start(underway, signal);
    await look(underway, { known, codex: known.codex }, signal);
  } catch (error) {
    const cancelled: RunFailure = { kind: "cancelled", detail: errorText(signal.reason) };
    const failure = signal.aborted ? cancelled : runFailureOf(error);
    known.outcome = { kind: "failed", failure };
  }
  return { ...known, ended: new Date() };
}

function nothingKnown(began: Date): Known {
  const none = { codex: undefined, evidence: undefined, tree: undefined, changed: null };
  const failure: RunFailure = { kind: "bug", detail: "nothing was found out" };
  const outcome = { kind: "failed", failure } as const;
  return { ...none, began, ended: began, outcome, artifacts: [], checks: [], warnings: [] };
}

/** The schema goes in by a file of this user's alone, which is gone with the run. */
async function start({ prepared, tell, mounts }: Underway, signal: AbortSignal): Promise<ExecRun> {
  const { answer } = prepared.task.contract;
  const schemaFile = answer.format === "json" ? join(prepared.run.folder, "answer-schema.json") : undefined;
  if (answer.format === "json" && schemaFile !== undefined) {
    writeFileSync(schemaFile, JSON.stringify(answer.schema), { mode: 0o600, flag: "wx" });
  }
  const temporary = temporaryFolder(prepared);
  tell({ at: now(), kind: "phase", text: "starting Codex" });
  try {
    return await runCodexExec(
      execRequest(prepared, { schemaFile, temporary, mountPoints: mounts.paths }),
      (event) => {
        for (const one of runEventsOf(event, now())) tell(one);
      },
      signal,
    );
  } finally {
    mounts.tidy();
    if (schemaFile !== undefined) rmSync(schemaFile, { force: true });
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}

/** Nothing of Codex lives any more: what is found now was its work. */
async function look(
  { call, locations, prepared, tell }: Underway,
  { known, codex }: { readonly known: Known; readonly codex: ExecRun },
  signal: AbortSignal,
): Promise<void> {
  const { task, workspace, codex: used } = prepared;
  const { contract, sandbox, ephemeral } = task;
  const { codexHome, account } = used.record;
  const limit = AbortSignal.timeout(AFTERWARDS_MS);
  tell({ at: now(), kind: "phase", text: "checking what was done" });
  const { warnings, orWarn } = inquiry();
  const { threadId } = codex.seen;
  const evidence = await orWarn(
    "the rollout",
    execEvidence({ codexHome, ephemeral }, threadId, limit),
    UNREADABLE_ROLLOUT,
  );
  known.evidence = evidence;
  known.tree = await workTreeNow(locations, workspace, limit);
  known.changed = await orWarn("what changed", changedBetween(prepared.tree, known.tree, limit), null);
  const reach = recordReach({ sandbox: sandbox.mode, workspace, folders: [locations.root, codexHome] });
  known.warnings = [...reach, ...warnings];
  const report = execReport(codex, evidence, allowedTools(contract));
  const place = {
    workspace,
    environment: call.environment,
    codex: used.options.installation.path,
    codexHome,
  };
  const past = { contract, before: prepared.before, report, account };
  // Verifications are run only after a completed turn: nothing else takes so long that a person would end it.
  const patient = report.end.kind === "completed" ? signal : limit;
  const { aftermath, artifacts } = await lookAfter(place, past, patient);
  known.artifacts = artifacts;
  const judged = judgeRun(contract, { ...report, ...aftermath });
  const rights = sandboxCheck(sandbox.mode, evidence.turn);
  known.checks = [...judged.checks, ...rights.checks];
  const isTooFree = rights.failure !== undefined && judged.outcome.kind === "succeeded";
  known.outcome = isTooFree ? { kind: "failed", failure: rights.failure } : judged.outcome;
}

function now(): string {
  return new Date().toISOString();
}
