import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { progressOn } from "#commands/progress/run-progress.ts";
import { spanText } from "#commands/progress/spans.ts";
import { printTable } from "#commands/table.ts";
import { runHandle, type StoredRun } from "#runs/run-files.ts";
import { eventReader } from "./event-reader.ts";
import { LAST_OPTION, locationsIn, namedRun } from "./named-run.ts";
import { doingText, type RunStanding, spanOf, standingOf, standingRows, stateWord } from "./run-standing.ts";
import { threadRuns } from "./runs-here.ts";
import { standingJson } from "./standing-json.ts";
import { untilOver } from "./until-over.ts";

/** `countersign thread status`: how runs on threads stand, by their processes and not by what a file says. */
export const threadStatus: Command = {
  name: "thread status",
  summary: "Show how runs on threads stand: what they do now, how they ended, or when they died.",
  usage: "[<run> | --last] [--follow] [--all] [--json]",
  options: {
    last: LAST_OPTION,
    follow: {
      type: "boolean",
      short: "f",
      help: "look on live until the run is over; Ctrl-C ends the looking",
    },
    all: {
      type: "boolean",
      help: "of all folders, and of the last 30 days; else of this repository and a week",
    },
    json: JSON_OPTION,
  },
  positionals: 1,
  run: showStatus,
};

const [DAYS, DAYS_OF_ALL] = [7, 30] as const;
const LABEL_WIDTH = 9;

/** Exit code 0, whatever there is to say. */
async function showStatus(call: Call): Promise<number> {
  const isOne = call.positionals.length > 0 || call.flags.has("last");
  if (!isOne && call.flags.has("follow")) {
    throw new UsageFault({ kind: "usage", text: "thread status --follow: name one run, or say --last" });
  }
  if (!isOne) {
    list(call);
    return 0;
  }
  const run = namedRun(call, "thread status");
  if (call.flags.has("follow")) await follow(call, run);
  const standing = standingOf(run, new Date());
  if (call.flags.has("json")) printJson(call, "thread-status", { runs: [standingJson(standing)] });
  else
    for (const [label, text] of standingRows(standing))
      call.stdout.write(`${label.padEnd(LABEL_WIDTH)} ${text}\n`);
  return 0;
}

function list(call: Call): void {
  const everywhere = call.flags.has("all");
  const days = everywhere ? DAYS_OF_ALL : DAYS;
  const runs = [...threadRuns(call, locationsIn(call), { everywhere, days })];
  const standings = runs.map((run) => standingOf(run, call.now));
  if (call.flags.has("json")) {
    printJson(call, "thread-status", { runs: standings.map(standingJson) });
  } else if (standings.length === 0) {
    const where = everywhere ? "" : ` in ${call.cwd}; \`countersign thread status --all\` looks everywhere`;
    call.stdout.write(`No run on a thread of the last ${days} days${where}.\n`);
  } else {
    printTable(call.stdout, ["run", "state", "for", "doing", "asked"], standings.map(row));
  }
}

function row(standing: RunStanding): readonly string[] {
  const { name, begun } = standing.run;
  const span = spanText(spanOf(standing));
  return [runHandle(name.id), stateWord(standing), span, doingText(standing), begun.title];
}

/** What happened so far is shown first; with `--json` on standard error, which is then for people. */
async function follow(call: Call, run: StoredRun): Promise<void> {
  const output = call.flags.has("json") ? call.stderr : call.stdout;
  const progress = progressOn(output, {
    began: new Date(run.begun.at),
    cwd: run.begun.cwd,
    quiet: false,
  });
  const read = eventReader(run.name.folder);
  try {
    await untilOver(run, () => read().forEach(progress.say), call.signal);
  } finally {
    progress.end();
  }
}
