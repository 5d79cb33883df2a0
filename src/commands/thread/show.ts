import { clip, oneLine } from "#base/text.ts";
import { codexHomeOf } from "#codex/environment.ts";
import { findRollout } from "#codex/rollout/rollout.ts";
import { type RolloutFacts, readRolloutFacts } from "#codex/rollout/rollout-facts.ts";
import { turnEndText } from "#codex/rollout/turn-end-text.ts";
import type { TurnFacts } from "#codex/rollout/turn-facts.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { momentText } from "#commands/receipt-row.ts";
import { LAST_OPTION, locationsIn } from "#commands/thread/named/named-run.ts";
import { namedThread, threadOf } from "#commands/thread/named/named-thread.ts";
import { threadRuns } from "#commands/thread/named/runs-here.ts";
import { runHandle, type StoredRun } from "#runs/records/run-files.ts";

const WORDS = 200;
const MOST_COMMANDS = 20;
const DAYS = 90;
/** Each is two files to be read. */
const MOST_RUNS = 2_000;

/** `countersign thread show`: a thread by its own rollout. No server is asked, and no model. */
export const threadShow: Command = {
  name: "thread show",
  summary: "Show a thread from Codex's own file of it: its turns, prompts, commands, answers and tokens.",
  usage: "<thread|run> | --last [--json]",
  options: { last: LAST_OPTION, json: JSON_OPTION },
  positionals: 1,
  run: show,
};

async function show(call: Call): Promise<number> {
  const { id } = await namedThread(call, "thread show");
  const codexHome = codexHomeOf(call.environment);
  const path = findRollout(codexHome, id);
  if (path === undefined) {
    const text = `no thread ${id} is in ${codexHome}; \`countersign thread list\` shows which there are`;
    throw new UsageFault({ kind: "usage", text });
  }
  const facts = await readRolloutFacts(path, {}, call.signal);
  const runs = runsOf(call, id);
  if (call.flags.has("json")) printJson(call, "thread-show", shownJson(id, facts, runs));
  else call.stdout.write(`${shownText(id, facts, runs).map(oneLineOf).join("\n")}\n`);
  return 0;
}

function runsOf(call: Call, id: string): readonly StoredRun[] {
  const found: StoredRun[] = [];
  let looked = 0;
  for (const run of threadRuns(call, locationsIn(call), { everywhere: true, days: DAYS })) {
    looked += 1;
    if (looked > MOST_RUNS) break;
    if (threadOf(run) === id) found.push(run);
  }
  return found;
}

/** White space at the beginning of a line is its place. */
function oneLineOf(line: string): string {
  return `${/^ */.exec(line)?.[0] ?? ""}${oneLine(line)}`;
}

function shownText(id: string, { path, head, turns }: RolloutFacts, runs: readonly StoredRun[]): string[] {
  const began = head?.startedAt === undefined ? "" : `, begun ${when(head.startedAt)}`;
  return [
    `thread ${id}`,
    `  in ${head?.cwd ?? "a folder that is not told"}, Codex ${head?.cliVersion ?? "of an unknown version"}${began}`,
    `  rollout ${path}`,
    ...runs.map(
      ({ name, begun }) => `  run ${runHandle(name.id)} (${begun.kind}, ${momentText(begun.at)} UTC)`,
    ),
    ...turns.flatMap(turnText),
  ];
}

function turnText(turn: TurnFacts, index: number): readonly string[] {
  const { startedAt, model, effort, sandboxPolicy, prompts, answer, usage, commands } = turn;
  const how = [model, effort, sandboxPolicy].filter((part) => part !== undefined).join(", ");
  const at = startedAt === undefined ? "" : ` ${when(startedAt)}`;
  const shown = commands.slice(0, MOST_COMMANDS);
  const more = commands.length - shown.length + turn.leftOut;
  return [
    "",
    `turn ${index + 1}${at}: ${turnEndText(turn.end)}${how === "" ? "" : ` (${how})`}`,
    ...prompts.map(({ words }) => `  > ${clip(oneLine(words), WORDS)}`),
    ...shown.map(
      ({ words, exitCode }) => `  $ ${clip(oneLine(words.join(" ")), WORDS)} [${exitCode ?? "no end"}]`,
    ),
    ...(more > 0 ? [`  $ and ${more} more`] : []),
    ...(answer === undefined ? [] : [`  < ${clip(oneLine(answer.words), WORDS)}`]),
    ...(usage === undefined
      ? []
      : [`  ${usage.input} tokens in (${usage.cachedInput} cached), ${usage.output} out`]),
  ];
}

function when(milliseconds: number): string {
  return `${momentText(new Date(milliseconds).toISOString())} UTC`;
}

function shownJson(
  id: string,
  { path, head, turns, turnsLeftOut, read }: RolloutFacts,
  runs: readonly StoredRun[],
) {
  return {
    thread: id,
    cwd: head?.cwd ?? null,
    cliVersion: head?.cliVersion ?? null,
    source: head?.source ?? null,
    parent: head?.parentThreadId ?? null,
    rollout: { path, bytes: read.bytes, sha256: read.sha256 },
    runs: runs.map(({ name, begun }) => ({ id: name.id, kind: begun.kind, at: begun.at })),
    turns: turns.map(turnJson),
    turnsLeftOut,
  };
}

function turnJson(turn: TurnFacts): object {
  return {
    id: turn.id,
    started: turn.startedAt === undefined ? null : new Date(turn.startedAt).toISOString(),
    completed: turn.completedAt === undefined ? null : new Date(turn.completedAt).toISOString(),
    end: turn.end,
    model: turn.model ?? null,
    effort: turn.effort ?? null,
    sandbox: turn.sandboxPolicy ?? null,
    prompts: turn.prompts,
    answer: turn.answer ?? null,
    commands: turn.commands.map(({ words, exitCode }) => ({ words, exitCode: exitCode ?? null })),
    tokens: turn.usage ?? null,
    responseIds: turn.responseIds,
  };
}
