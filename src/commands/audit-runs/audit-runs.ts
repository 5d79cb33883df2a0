import { count, oneLine } from "#base/text.ts";
import { type Call, type Command, JSON_OPTION, printJson } from "#commands/command.ts";
import { onState } from "#runs/fault.ts";
import { locationsOf } from "#runs/locations.ts";
import { type FoundRecords, foundRecords } from "./found-records.ts";
import { recordsJson } from "./records-json.ts";
import { recordsMarkdown } from "./records-markdown.ts";
import { printRecords } from "./records-text.ts";
import { DEFAULT_LAST, runsAsked } from "./runs-asked.ts";

/** `countersign audit runs`: what was decided and run on this machine, the latest first. */
export const auditRuns: Command = {
  name: "audit runs",
  summary: "List what the gate decided and what Codex ran through Countersign, the latest first.",
  usage:
    "[--kind KIND] [--outcome WORD] [--model NAME] [--session ID] [--here | --repository PATH] [--since WHEN] [--until WHEN] [--last N | --limit N] [--unfinished] [--totals] [--json | --markdown]",
  options: {
    kind: {
      type: "string",
      multiple: true,
      value: "KIND",
      help: "gate, exec, thread or review; may be repeated",
    },
    outcome: {
      type: "string",
      multiple: true,
      value: "WORD",
      help: "an outcome or its reason: blocked, failed, timeout, ...; may be repeated",
    },
    model: {
      type: "string",
      multiple: true,
      value: "NAME",
      help: "a model's name or a part of it; may be repeated",
    },
    session: { type: "string", value: "ID", help: "only what was asked for in this session" },
    here: { type: "boolean", help: "only this repository, or this folder where there is none" },
    repository: { type: "string", value: "PATH", help: "only that repository or folder" },
    since: {
      type: "string",
      value: "WHEN",
      help: "from a day (2026-01-31), a moment or so long ago (7d, 12h, 30m)",
    },
    until: { type: "string", value: "WHEN", help: "up to then, the whole day included" },
    last: { type: "string", short: "n", value: "N", help: `at most so many (${DEFAULT_LAST})` },
    limit: { type: "string", value: "N", help: "the same as --last" },
    unfinished: {
      type: "boolean",
      help: "only what is running, died or was left behind, and threads on no record",
    },
    totals: { type: "boolean", help: "only sums by day, model and outcome, of everything that matches" },
    json: JSON_OPTION,
    markdown: { type: "boolean", help: "one block for an issue, without names, secrets and the home folder" },
  },
  run: listRuns,
};

/** Exit code 0; 1 where a record cannot be read: it is listed, never hidden. */
async function listRuns(call: Call): Promise<number> {
  const asked = runsAsked(call);
  const locations = locationsOf(call.environment, call.home, call.platform);
  const found = await onState(async () => foundRecords(call, locations, asked));
  switch (asked.format) {
    case "json":
      printJson(call, "audit-runs", recordsJson(found));
      break;
    case "markdown":
      call.stdout.write(recordsMarkdown(call, found, asked.totals));
      break;
    case "table":
      printRecords(call, found, asked.totals);
      sayRest(call, found);
  }
  return found.unreadable.length === 0 ? 0 : 1;
}

/** Nothing found is no error, and looks like one where nothing is said. */
function sayRest(call: Call, { totals, unfinished, strays, unreadable }: FoundRecords): void {
  if (totals.all.records + unfinished.length + strays.length + unreadable.length === 0) {
    const isAll = call.flags.size === 0 && call.texts.size === 0 && call.lists.size === 0;
    call.stderr.write(
      isAll
        ? "Nothing is on record. A receipt is written at the first stop that the gate sees, a run's record by `countersign exec` and `countersign thread`.\n"
        : "Nothing on record is like that; `countersign audit runs` without options lists the latest.\n",
    );
  }
  for (const { path, detail } of unreadable) {
    call.stderr.write(`cannot be read: ${oneLine(`${path} (${detail})`)}\n`);
  }
  if (unreadable.length > 0) call.stderr.write(`${count(unreadable.length, "record")} not shown above.\n`);
}
