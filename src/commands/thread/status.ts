import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { spanText } from "#commands/progress/spans.ts";
import { printTable } from "#commands/table.ts";
import { LAST_OPTION, locationsIn, namedRun } from "#commands/thread/named/named-run.ts";
import { threadRuns } from "#commands/thread/named/runs-here.ts";
import { lookOn } from "#commands/thread/standing/look-on.ts";
import {
  doingText,
  type RunStanding,
  spanOf,
  standingOf,
  standingRows,
  stateWord,
} from "#commands/thread/standing/run-standing.ts";
import { standingJson } from "#commands/thread/standing/standing-json.ts";
import { lookAtRun } from "#commands/thread/standing/until-over.ts";
import { runHandle } from "#runs/records/run-files.ts";

/** `countersign thread status`: how runs on threads stand, by their processes and not by what a file says. */
export const threadStatus: Command = {
  name: "thread status",
  summary: "Show how runs on threads stand: what they do now, how they ended, or when they died.",
  usage: "[RUN | --last] [--follow] [--all] [--json]",
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
/** What a screen holds. */
const MOST = 20;
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
  // With `--json` what is shown meanwhile is for people.
  const output = call.flags.has("json") ? call.stderr : call.stdout;
  if (call.flags.has("follow")) await lookOn(run, { output, quiet: false }, call.signal);
  const standing = standingOf(run, new Date());
  if (call.flags.has("json")) printJson(call, "thread-status", { runs: [standingJson(standing)], more: 0 });
  else
    for (const [label, text] of standingRows(standing))
      call.stdout.write(`${label.padEnd(LABEL_WIDTH)} ${text}\n`);
  return 0;
}

function list(call: Call): void {
  const everywhere = call.flags.has("all");
  const days = everywhere ? DAYS_OF_ALL : DAYS;
  const { shown, more } = latest(call, { everywhere, days });
  if (call.flags.has("json")) {
    printJson(call, "thread-status", { runs: shown.map(standingJson), more });
  } else if (shown.length === 0) {
    const where = everywhere ? "" : ` in ${call.cwd}; \`countersign thread status --all\` looks everywhere`;
    call.stdout.write(`No run on a thread of the last ${days} days${where}.\n`);
  } else {
    printTable(call.stdout, ["run", "state", "for", "doing", "asked"], shown.map(row));
    if (more > 0) call.stderr.write(`${more} more; \`countersign audit runs\` lists them all.\n`);
  }
}

/** However many have ended, one that runs is never left out. */
function latest(
  call: Call,
  which: Parameters<typeof threadRuns>[2],
): { readonly shown: readonly RunStanding[]; readonly more: number } {
  const shown: RunStanding[] = [];
  let more = 0;
  for (const run of threadRuns(call, locationsIn(call), which)) {
    if (shown.length < MOST || lookAtRun(run, call.now).kind === "running")
      shown.push(standingOf(run, call.now));
    else more += 1;
  }
  return { shown, more };
}

function row(standing: RunStanding): readonly string[] {
  const { name, begun } = standing.run;
  const span = spanText(spanOf(standing));
  return [runHandle(name.id), stateWord(standing), span, doingText(standing), begun.title];
}
