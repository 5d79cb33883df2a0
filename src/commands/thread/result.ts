import { oneLine, plainText } from "#base/text.ts";
import { type Call, type Command, JSON_OPTION, printJson } from "#commands/command.ts";
import { runExitCode } from "#commands/run/run-exit-code.ts";
import { LAST_OPTION, namedRun } from "#commands/thread/named/named-run.ts";
import { type RunStanding, standingOf, stateText } from "#commands/thread/standing/run-standing.ts";
import { standingJson } from "#commands/thread/standing/standing-json.ts";
import { type TurnFate, turnFate } from "#commands/thread/standing/turn-fate.ts";
import { runHandle } from "#runs/records/run-files.ts";
import { runAnswerText } from "./run-answer-text.ts";

/** `countersign thread result`: the answer of a run, and nothing else on standard output. */
export const threadResult: Command = {
  name: "thread result",
  summary: "Print the answer of a run that is over; of one that died, what Codex's own record says of it.",
  usage: "RUN | --last [--json]",
  options: { last: LAST_OPTION, json: JSON_OPTION },
  positionals: 1,
  run: showResult,
};

/** Exit code of the run; 1 where it died; 2 while it runs. */
async function showResult(call: Call): Promise<number> {
  const run = namedRun(call, "thread result");
  const standing = standingOf(run, new Date());
  const { look } = standing;
  const found = look.kind === "died" ? await turnFate(run, standing.view) : undefined;
  if (call.flags.has("json")) printResult(call, standing, found);
  else tell(call, standing, found);
  if (look.kind === "ended") return runExitCode(look.ended);
  return look.kind === "died" ? 1 : 2;
}

function printResult(call: Call, standing: RunStanding, found: TurnFate | undefined): void {
  const { look } = standing;
  printJson(call, "thread-result", {
    ...standingJson(standing),
    answer: look.kind === "ended" ? look.ended.answer : (found?.answer ?? null),
    remarks: look.kind === "ended" ? look.ended.remarks : null,
    rollout: found === undefined ? null : { says: found.kind, path: found.rollout ?? null, text: found.text },
  });
}

/** The answer alone goes to standard output; how far it can be trusted is said beside it. */
function tell(call: Call, standing: RunStanding, found: TurnFate | undefined): void {
  const { look, run } = standing;
  const handle = runHandle(run.name.id);
  const answer = look.kind === "ended" ? runAnswerText(run.begun.kind, look.ended) : found?.answer;
  const isGood = look.kind === "ended" && look.ended.outcome.kind === "succeeded";
  if (!isGood) call.stderr.write(`countersign: run ${handle} ${oneLine(stateText(standing))}\n`);
  if (look.kind === "running") {
    call.stderr.write(`There is no result yet: \`countersign thread wait ${handle}\` waits for it.\n`);
  }
  if (found !== undefined) call.stderr.write(`${oneLine(found.text)}${hint(found, handle)}\n`);
  if (answer !== undefined)
    call.stdout.write(withLineFeed(call.stdout.isTerminal ? plainText(answer) : answer));
  else if (look.kind === "ended") call.stderr.write("It left no answer.\n");
}

function hint(found: TurnFate, handle: string): string {
  if (found.kind === "completed" && found.answer === undefined) return ", without an answer.";
  if (found.kind === "completed") return ". Its answer follows: no record of ours vouches for it.";
  return found.kind === "no-end" ? `; \`countersign thread cancel ${handle}\` makes sure of it.` : ".";
}

function withLineFeed(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
