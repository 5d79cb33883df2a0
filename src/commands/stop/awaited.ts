import { type BackgroundTask, tasksToWaitFor } from "#gate/stop/background.ts";
import type { StopCase } from "./stop-case.ts";

/** Returns the background tasks that this stop's review would have to wait for. */
export function awaited({ input, session }: StopCase): readonly BackgroundTask[] {
  return tasksToWaitFor(input.background_tasks ?? [], session.tasksSeen, input.prompt_id ?? null);
}
