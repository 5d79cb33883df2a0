import { clip } from "#base/text.ts";
import type { ExecRun } from "#codex/exec/codex-exec.ts";
import type { TurnFacts } from "#codex/rollout/turn-facts.ts";
import { recordedCommands, recordedSettings } from "#commands/run/recorded-turn.ts";
import type { SeenTree } from "#commands/run/work-tree.ts";
import type { EndDraft } from "#runs/records/end-run.ts";
import type { Artifact, RunCheck, RunEnded } from "#runs/records/run-record.ts";
import type { ExecEvidence } from "./exec-evidence.ts";
import { type RanCommand, ranCommands } from "./ran-commands.ts";

/** A record is kept for good. */
const MOST_PATHS = 1_000;
const MOST_WARNINGS = 20;
const LONGEST_WARNING = 500;

/** All that is known once a run is over. What never came about is absent. */
export type Ending = {
  readonly began: Date;
  readonly ended: Date;
  readonly outcome: RunEnded["outcome"];
  readonly codex: ExecRun | undefined;
  readonly evidence: ExecEvidence | undefined;
  readonly tree: SeenTree | undefined;
  readonly changed: RunEnded["changed"];
  readonly artifacts: readonly Artifact[];
  readonly checks: readonly RunCheck[];
  readonly warnings: readonly string[];
};

/** Returns the record of a run's end. Where Codex has a file of the thread, the record says what stands there. */
export function endedDraft(ending: Ending): EndDraft {
  const { began, ended, outcome, codex, evidence, tree, changed, artifacts, checks } = ending;
  const seen = codex?.seen;
  const [facts, turn] = [evidence?.facts, evidence?.turn];
  const threadId = seen?.threadId ?? null;
  const rollouts = threadId === null || !evidence?.seal ? [] : [{ threadId, seal: evidence.seal }];
  return {
    at: ended.toISOString(),
    seconds: (ended.getTime() - began.getTime()) / 1_000,
    outcome,
    server: codex === undefined ? "none" : "process",
    threadId,
    turnIds: turn === undefined ? [] : [turn.id],
    ...recordedSettings(turn),
    modelProvider: facts?.head?.modelProvider ?? null,
    cliVersion: facts?.head?.cliVersion ?? null,
    rollouts,
    noRollout: rollouts.length > 0 ? null : (evidence?.none ?? "Codex was not started"),
    usage: turn?.usage ?? seen?.usage ?? null,
    ...recordedCommands(commandsOf(codex, turn)),
    reportedChanges: [...new Set(seen?.edits.flatMap(({ paths }) => paths))].slice(0, MOST_PATHS),
    workTree: tree?.record ?? null,
    changed,
    artifacts: [...artifacts],
    checks: [...checks],
    answer: answerOf(codex, evidence),
    remarks: null,
    warnings: warningsOf(ending),
  };
}

/** Where there is a file of the thread, what stands there and no more: it can be checked. */
function commandsOf(
  codex: ExecRun | undefined,
  turn: TurnFacts | undefined,
): readonly Omit<RanCommand, "onRecord">[] {
  const ran = ranCommands(codex?.seen.commands ?? [], turn?.commands);
  const claimed = turn === undefined ? ran : ran.filter(({ onRecord }) => onRecord !== undefined);
  return claimed.map(({ command, exitCode, onRecord }) => ({
    command,
    exitCode: turn === undefined ? exitCode : onRecord?.exitCode,
  }));
}

/** A message of a turn that failed is no answer: the file has none then. */
function answerOf(codex: ExecRun | undefined, evidence: ExecEvidence | undefined): string | null {
  const message = codex?.seen.message;
  if (message === undefined) return null;
  const isKnown = evidence?.turn === undefined || evidence.turn.answer !== undefined;
  return isKnown && codex?.seen.turn === "completed" ? message : null;
}

function warningsOf({ codex, warnings }: Ending): string[] {
  const said = codex?.end.kind === "completed" || !codex?.words ? [] : [`codex said: ${codex.words}`];
  return [...warnings, ...(codex?.seen.warnings ?? []), ...said]
    .map((text) => clip(text, LONGEST_WARNING))
    .slice(0, MOST_WARNINGS);
}
