import { randomUUID } from "node:crypto";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { effectiveConfigOf } from "#commands/effective-config.ts";
import { folded } from "#commands/folded.ts";
import { watchedTree } from "#commands/hooks/watched-tree.ts";
import { deadlineOf } from "#commands/run/deadline.ts";
import { commandWord } from "#commands/stop/command-word.ts";
import { locationsOf } from "#runs/locations.ts";
import { unsignedWork } from "#runs/sessions/unsigned-work.ts";
import { type Reviewed, reviewOnce } from "./review-once.ts";
import { reviewTarget } from "./review-target.ts";
import { reviewUnsigned, type Setting } from "./review-unsigned.ts";
import { reviewedJson, reviewedText } from "./reviewed-text.ts";

/** `countersign review`: the gate's own review, whenever a person or a pipeline wants one. */
export const review: Command = {
  name: "review",
  summary: "Have a change reviewed now: exit code 0 allow, 1 block, 2 could not review.",
  usage: "[--uncommitted | --base REF | --commit SHA | --unsigned] [--json]",
  options: {
    uncommitted: { type: "boolean", help: "the work tree against HEAD (the default)" },
    base: { type: "string", value: "REF", help: "the work tree against where HEAD left this branch" },
    commit: { type: "string", value: "SHA", help: "one commit against its parent" },
    unsigned: { type: "boolean", help: "what sessions left without a signature in this tree" },
    json: JSON_OPTION,
  },
  run: reviewNow,
};

async function reviewNow(call: Call): Promise<number> {
  const chosen = ["uncommitted", "base", "commit", "unsigned"].filter(
    (name) => call.flags.has(name) || call.texts.has(name),
  );
  if (chosen.length > 1) throw usage(`--${chosen[0]} and --${chosen[1]} exclude each other`);
  const setting = await settingOf(call);
  // It may take minutes, in which a person would see nothing.
  if (call.stderr.isTerminal) call.stderr.write("A second model reads the change; Ctrl-C ends it.\n");
  const results = await withinMinutes(call, setting);
  const code = Math.max(0, ...results.map(exitCode));
  if (call.flags.has("json"))
    printJson(call, "review", { exitCode: code, reviews: results.map(reviewedJson) });
  else {
    const text = reviewedText(results, commandWord(call.environment, setting.place.locations));
    call.stdout.write(folded(call.stdout, text));
  }
  return code;
}

async function withinMinutes(call: Call, setting: Setting): Promise<readonly Reviewed[]> {
  const limit = deadlineOf(setting.config.maxMinutes * 60, "the end of the review");
  const signal = AbortSignal.any([call.signal, limit.signal]);
  try {
    if (call.flags.has("unsigned")) return await allUnsigned(setting, signal);
    return [await theChange(call, setting, signal)];
  } finally {
    limit.clear();
  }
}

async function settingOf(call: Call): Promise<Setting> {
  const { environment, now } = call;
  const locations = locationsOf(environment, call.home, call.platform);
  const tree = await watchedTree(locations, call.cwd, call.signal);
  if (tree === undefined) throw usage(`${call.cwd} is in no git repository`);
  const { config, digest } = effectiveConfigOf(call, locations, tree.repository.root);
  if (!config.send) {
    throw usage('this repository is configured not to be sent ("send": false), so nothing was reviewed');
  }
  return { place: { environment, locations }, config, digest, tree, now };
}

async function theChange(call: Call, setting: Setting, signal: AbortSignal): Promise<Reviewed> {
  const target = await reviewTarget(call, setting.tree, signal);
  const chain = { kind: "lone", session: parseShape(randomUUID(), SessionId) } as const;
  return await reviewOnce({ ...setting, target, chain, ledger: [], first: [] }, signal);
}

/** One after the other: the oldest work first, as it was made. */
async function allUnsigned(setting: Setting, signal: AbortSignal): Promise<readonly Reviewed[]> {
  const results: Reviewed[] = [];
  for (const work of unsignedWork(setting.place.locations, setting.tree.repository.root)) {
    const reviewed = await reviewUnsigned(work.session.session_id, setting, signal);
    if (reviewed !== undefined) results.push(reviewed);
  }
  return results;
}

/** What could not be reviewed outweighs what was found: nothing is known of it. */
function exitCode({ outcome }: Reviewed): number {
  if (outcome.kind === "blocked") return 1;
  if (outcome.kind === "allowed") return 0;
  return outcome.kind === "skipped" && outcome.why === "unchanged" ? 0 : 2;
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text: `review: ${text}` });
}
