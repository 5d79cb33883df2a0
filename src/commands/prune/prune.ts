import { LockFault } from "#base/lock.ts";
import { count, oneLine } from "#base/text.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { locationsOf } from "#runs/locations.ts";
import { RETENTION } from "#runs/prune/retention.ts";
import { type Pruning, pruneEverything } from "./prune-everything.ts";
import { PRUNED_NOUNS } from "./pruned-kinds.ts";

/** `countersign prune`: what is old and finished goes, and is said. */
export const prune: Command = {
  name: "prune",
  summary: "Remove records that are old and finished. Runs by itself once a day; nothing in use is touched.",
  usage: "[--older-than DAYS] [--dry-run] [--json]",
  options: {
    "older-than": {
      type: "string",
      value: "DAYS",
      help: `how long records stay after their session's last use (${RETENTION.recordDays})`,
    },
    "dry-run": { type: "boolean", help: "say what would go, and remove nothing" },
    json: JSON_OPTION,
  },
  run: pruneAndSay,
};

/** Exit code 0; 2 where another one is at it. */
async function pruneAndSay(call: Call): Promise<number> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  const recordDays = daysOption(call);
  const dryRun = call.flags.has("dry-run");
  const options = { retention: { ...RETENTION, recordDays }, now: call.now, dryRun };
  try {
    const pruning = await pruneEverything(locations, options, call.signal);
    if (call.flags.has("json")) printJson(call, "prune", { dryRun, olderThanDays: recordDays, ...pruning });
    else call.stdout.write(textOf(pruning, dryRun));
    return 0;
  } catch (error) {
    if (!(error instanceof LockFault)) throw error;
    throw usage("another `countersign prune` is at work; nothing was done");
  }
}

function textOf({ removed, kept }: Pruning, dryRun: boolean): string {
  const lines = PRUNED_NOUNS.filter(([kind]) => removed[kind].count > 0).map(([kind, one, several]) => {
    const { count: number, bytes } = removed[kind];
    return `  ${count(number, one, several)}${bytes === 0 ? "" : ` (${sizeText(bytes)})`}\n`;
  });
  const head =
    lines.length === 0 ? "Nothing is old enough to go.\n" : dryRun ? "Would remove:\n" : "Removed:\n";
  const stays = kept.map(({ path, why }) => `  ${oneLine(`${path}: ${why}`)}\n`);
  return [head, ...lines, ...(stays.length === 0 ? [] : ["\nLeft alone:\n", ...stays])].join("");
}

function sizeText(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function daysOption(call: Call): number {
  const text = call.texts.get("older-than");
  if (text === undefined) return RETENTION.recordDays;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw usage(`--older-than takes a number of days from 1, not "${text}"`);
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text: `prune: ${text}` });
}
