import { type Call, type OptionDescription, UsageFault } from "#commands/command.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import { findRun } from "#runs/records/find-run.ts";
import { readRun, runHandle, type StoredRun } from "#runs/records/run-files.ts";
import { latestThreadRun } from "./runs-here.ts";

export const LAST_OPTION: OptionDescription = {
  type: "boolean",
  help: "the latest run on a thread in this repository",
};

/** Returns where the runs lie that a call is about. */
export function locationsIn(call: Call): Locations {
  return locationsOf(call.environment, call.home, call.platform);
}

/**
 * Returns the run that a call names: by its id, by a part that only it has, or by `--last`.
 *
 * @throws UsageFault where it names none, more than one, or one whose record cannot be read.
 */
export function namedRun(call: Call, command: string): StoredRun {
  const locations = locationsIn(call);
  const [text] = call.positionals;
  if ((text === undefined) !== call.flags.has("last")) throw usage(`${command}: name one run, or say --last`);
  if (text === undefined) {
    const latest = latestThreadRun(call, locations);
    if (latest === undefined) throw usage(`no run on a thread is on record in ${call.cwd}; ${WHERE}`);
    return latest;
  }
  const found = findRun(locations, text);
  if (found.kind === "none") throw usage(`there is no run "${text}"; ${WHERE}`);
  if (found.kind === "ambiguous") {
    throw usage(`"${text}" can be more than one run; give more of the id`, found.ids.slice(0, 5));
  }
  const read = readRun(found.name);
  if (read.kind === "run") return read.run;
  const why = read.kind === "half-made" ? "it never began" : `${read.path}: ${read.detail}`;
  throw usage(`the record of run ${runHandle(found.name.id)} cannot be read: ${why}`);
}

const WHERE = "`countersign thread status --all` lists them";

function usage(text: string, choices: readonly string[] = []): UsageFault {
  return new UsageFault({ kind: "usage", text, choices });
}
