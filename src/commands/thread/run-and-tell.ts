import { errorText } from "#base/fault.ts";
import { oneLine, plainText } from "#base/text.ts";
import { type Call, printJson, UsageFault } from "#commands/command.ts";
import { progressOn } from "#commands/progress/run-progress.ts";
import { spanText } from "#commands/progress/spans.ts";
import { graveRemarks, runExitCode } from "#commands/run/run-exit-code.ts";
import { runFailureAdvice } from "#commands/run/run-failure-advice.ts";
import { runFailureOf } from "#commands/run/run-failure-of.ts";
import { commandWord } from "#commands/stop/command-word.ts";
import { startInBackground } from "#commands/thread/background/background.ts";
import { runThreadTurn, type ThreadTurnDone } from "#commands/thread/turn/run-thread-turn.ts";
import type { ThreadRequest } from "#commands/thread/turn/thread-request.ts";
import type { RunFailure } from "#gate/contract/run-failure.ts";
import type { Locations } from "#runs/locations.ts";
import { runHandle } from "#runs/records/run-files.ts";
import type { RunEnded } from "#runs/records/run-record.ts";
import { remarkLines, runAnswerText } from "./run-answer-text.ts";

/**
 * Carries a request out and prints what came of it: the answer alone on standard output, everything else
 * beside it. Returns the exit code.
 *
 * @throws what keeps it from beginning, as `runThreadTurn`.
 */
export async function runAndTell(call: Call, locations: Locations, request: ThreadRequest): Promise<number> {
  if (request.background) return await startInBackground(call, request);
  const quiet = call.flags.has("quiet");
  const progress = progressOn(call.stderr, { began: call.now, cwd: request.cwd, quiet });
  let done: ThreadTurnDone;
  try {
    done = await runThreadTurn({ call, request }, progress.say, call.signal);
  } catch (error) {
    if (call.flags.has("json") && !(error instanceof UsageFault)) tellNotBegun(call, request, error);
    throw error;
  } finally {
    progress.end();
  }
  if (call.flags.has("json")) printJson(call, "thread-run", runJson(request, done));
  else tellAnswer(call, request, done);
  tellEnd(call, locations, { ...done, kind: request.kind });
  return runExitCode(done.ended);
}

/** Nothing was started, and nothing is on record. */
function tellNotBegun(call: Call, { kind }: ThreadRequest, error: unknown): void {
  const cancelled: RunFailure = { kind: "cancelled", detail: errorText(call.signal.reason) };
  const outcome = { kind: "failed", failure: call.signal.aborted ? cancelled : runFailureOf(error) };
  printJson(call, "thread-run", { run: null, folder: null, kind, exitCode: 2, outcome });
}

function runJson({ kind }: ThreadRequest, { id, folder, ended }: ThreadTurnDone) {
  const { schema: _schema, id: _id, begun: _begun, ...rest } = ended;
  return { run: id, folder, kind, exitCode: runExitCode(ended), ...rest };
}

function tellAnswer(call: Call, { kind }: ThreadRequest, { ended }: ThreadTurnDone): void {
  const text = runAnswerText(kind, ended);
  if (text === undefined) return;
  const shown = call.stdout.isTerminal ? plainText(text) : text;
  call.stdout.write(shown.endsWith("\n") ? shown : `${shown}\n`);
}

type ToldRun = ThreadTurnDone & Pick<ThreadRequest, "kind">;

/** Where the run is on record is said in every case. */
function tellEnd(call: Call, locations: Locations, { id, folder, ended, kind }: ToldRun): void {
  const { outcome, threadId, seconds, checks, warnings } = ended;
  const lines = remarksTold(kind, ended);
  // Of a failed run they say the same again.
  const missed = outcome.kind === "failed" ? [] : checks.filter(({ holds }) => !holds);
  lines.push(...missed.map(({ name, detail }) => `check ${name}: ${detail}`));
  lines.push(...warnings);
  if (outcome.kind === "failed") {
    const { kind: why, detail } = outcome.failure;
    lines.push(`failed: ${why} (${detail}). ${runFailureAdvice(outcome.failure)}`);
  }
  const word = commandWord(call.environment, locations);
  const more = threadId === null ? "" : `; \`${word} thread resume ${threadId} PROMPT\` continues it`;
  lines.push(
    `run ${runHandle(id)} ${outcome.kind} after ${spanText(seconds * 1_000)}${more}`,
    `on record in ${folder}`,
  );
  call.stderr.write(lines.map((line) => `${oneLine(line)}\n`).join(""));
}

/** What the answer itself does not say: of Codex's own reviews what is wrong, and why the exit code is 1. */
function remarksTold(kind: ThreadRequest["kind"], ended: RunEnded): string[] {
  const wrong = (ended.remarks ?? []).filter(({ check }) => check === "does-not-stand");
  const lines = kind === "review" ? wrong.flatMap((remark) => remarkLines(remark).slice(1, 2)) : [];
  const grave = graveRemarks(ended);
  if (grave === 0) return lines;
  const findings = grave === 1 ? "1 finding" : `${grave} findings`;
  return [...lines, `${findings} of severity high or critical: exit code 1`];
}
