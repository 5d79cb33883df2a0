import { realpathSync } from "node:fs";
import * as z from "zod/mini";
import { codexHomeOf } from "#codex/environment.ts";
import { findRollout } from "#codex/rollout/rollout.ts";
import { readRolloutFacts } from "#codex/rollout/rollout-facts.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import { viewOf } from "#commands/thread/standing/event-reader.ts";
import type { Locations } from "#runs/locations.ts";
import { findRun } from "#runs/records/find-run.ts";
import { readRun, runHandle, type StoredRun } from "#runs/records/run-files.ts";
import { ThreadId } from "#runs/records/run-record.ts";
import { locationsIn } from "./named-run.ts";
import { threadRuns } from "./runs-here.ts";

/** A thread that somebody names, and where it works, where that is known. */
export type NamedThread = { readonly id: string; readonly cwd: string | undefined };

/** Its first line is some 25 KB. */
const HEAD_BYTES = 512 * 1024;
const RECENT_DAYS = 365;
/** Codex names each thread by a UUID (0.140, 0.169) and answers another id with a parser's error. */
const THREAD = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Returns the thread that a call names: by its id, by the id of one of its runs, or by `--last`, which is
 * that of the latest run on a thread in this repository. The gate's reviews are no such runs. `own` is how
 * many words are the command's own, after that of the thread.
 *
 * @throws UsageFault where it names none.
 */
export async function namedThread(call: Call, command: string, own = 0): Promise<NamedThread> {
  const locations = locationsIn(call);
  const [text] = call.positionals;
  const surplus = call.positionals[own];
  if (call.flags.has("last")) {
    if (surplus === undefined) return await withPlace(call, lastThread(call, locations));
    throw usage(
      `${command}: "${surplus}" is one word too many beside --last, which names the thread${QUOTE[own]}`,
    );
  }
  if (text === undefined) throw usage(`${command}: name a thread, or say --last`);
  const id = z.safeParse(ThreadId, text);
  if (!id.success) {
    throw usage(
      `"${text}" is no thread's id: letters, digits, - and _ only; \`countersign thread list\` has them`,
    );
  }
  const run = runOf(locations, text);
  if (run === undefined && !THREAD.test(text)) {
    throw usage(
      `"${text}" is no run here and no thread's id; \`countersign thread list\` shows the threads, and \`countersign thread status --all\` the runs`,
    );
  }
  if (run === undefined) return await withPlace(call, id.data);
  const thread = threadOf(run);
  if (thread !== undefined) return await withPlace(call, thread);
  const handle = runHandle(run.name.id);
  throw usage(
    `run ${handle} has no thread: it opened none; \`countersign thread status ${handle}\` says how it stands`,
  );
}

/** What is likely meant where the command takes a word of its own. */
const QUOTE: readonly string[] = ["", "; put what has blanks into quotes"];

/** Returns the thread of a run, of one that goes on or died too; none where none could be opened. */
export function threadOf(run: StoredRun): string | undefined {
  if (run.ended !== undefined) return run.ended.threadId ?? undefined;
  return viewOf(run).threadId ?? run.begun.resumes ?? undefined;
}

function lastThread(call: Call, locations: Locations): string | undefined {
  for (const run of threadRuns(call, locations, { everywhere: false, days: RECENT_DAYS })) {
    const id = threadOf(run);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** A thread's own id is never that of a run: those begin with a day. */
function runOf(locations: Locations, text: string): StoredRun | undefined {
  if (text.length > 30) return undefined;
  const found = findRun(locations, text);
  if (found.kind === "ambiguous") {
    throw usage(`"${text}" can be more than one run; give more of the id`, found.ids.slice(0, 5));
  }
  if (found.kind === "none") return undefined;
  const read = readRun(found.name);
  return read.kind === "run" ? read.run : undefined;
}

async function withPlace(call: Call, id: string | undefined): Promise<NamedThread> {
  if (id === undefined) {
    throw usage(
      `no thread is on record in ${realpathSync(call.cwd)}; \`countersign thread list\` shows them all`,
    );
  }
  const path = findRollout(codexHomeOf(call.environment), id);
  if (path === undefined) return { id, cwd: undefined };
  const { head } = await readRolloutFacts(path, { bytes: HEAD_BYTES, turnIds: [] }, call.signal);
  return { id, cwd: head?.cwd };
}

function usage(text: string, choices: readonly string[] = []): UsageFault {
  return new UsageFault({ kind: "usage", text, choices });
}
