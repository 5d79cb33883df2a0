/** How much is done at the same time: most of it waits for a disk or a git. */
const AT_ONCE = 4;

/**
 * Returns what `work` makes of each item, in the order of the items. Only a few are worked on at a
 * time, and none is begun any more once one has failed.
 */
export async function bounded<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const queue = items.entries();
  const done = new Map<number, R>();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        done.set(index, await work(item));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const one of workers) if (one.status === "rejected") throw one.reason;
  return [...done].sort(([a], [b]) => a - b).map(([, result]) => result);
}
