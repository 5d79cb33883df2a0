import type { Output } from "#commands/command.ts";
import { progressOn } from "#commands/progress/run-progress.ts";
import type { StoredRun } from "#runs/records/run-files.ts";
import { eventReader } from "./event-reader.ts";
import { type RunLook, untilOver } from "./until-over.ts";

/** Of what happened before somebody looked so much is shown. */
const PAST_EVENTS = 40;

/**
 * Shows how a run goes on, whoever runs it, until it is over or `limit` fires, and returns how it then
 * stands. The run knows nothing of it.
 */
export async function lookOn(
  run: StoredRun,
  { output, quiet }: { readonly output: Output; readonly quiet: boolean },
  limit: AbortSignal,
): Promise<RunLook> {
  const { begun, name } = run;
  const progress = progressOn(output, { began: new Date(begun.at), cwd: begun.cwd, quiet });
  const read = eventReader(name.folder);
  try {
    const past = read();
    for (const event of past.slice(0, -PAST_EVENTS)) progress.note(event);
    for (const event of past.slice(-PAST_EVENTS)) progress.say(event);
    return await untilOver(run, () => read().forEach(progress.say), limit);
  } finally {
    progress.end();
  }
}
