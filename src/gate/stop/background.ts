/** Something that the host still runs for the session, in the words of a Stop's `background_tasks`. */
export type BackgroundTask = {
  readonly id?: string | undefined;
  /** `shell` or `subagent`. */
  readonly type?: string | undefined;
  readonly status?: string | undefined;
};

/** A task that a stop was deferred for, and the prompt in which that was. */
export type TaskSeen = { readonly id: string; readonly promptId: string | null };

const KEPT = 100;

/**
 * Returns the tasks that a review waits for. A sub-agent ends and wakes the session, so the stop
 * that follows reviews its work. A shell may be a server that runs as long as the session: it
 * defers the stops of the prompt in which it is first seen, and no later ones, for otherwise one
 * `npm run dev` would keep the gate from ever looking.
 */
export function tasksToWaitFor(
  tasks: readonly BackgroundTask[],
  seen: readonly TaskSeen[],
  promptId: string | null,
): readonly BackgroundTask[] {
  return tasks.filter(
    ({ id, type, status }) =>
      status === "running" &&
      (type === "subagent" || !seen.some((one) => one.id === id && one.promptId !== promptId)),
  );
}

/** Returns what is remembered after a deferral: each task with the prompt that met it first. */
export function tasksSeen(
  seen: readonly TaskSeen[],
  waitedFor: readonly BackgroundTask[],
  promptId: string | null,
): TaskSeen[] {
  const fresh = waitedFor.flatMap(({ id }) =>
    id === undefined || seen.some((one) => one.id === id) ? [] : [{ id, promptId }],
  );
  return [...seen, ...fresh].slice(-KEPT);
}
