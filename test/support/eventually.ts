import { setTimeout as delay } from "node:timers/promises";

/** Waits until the condition holds; after a generous while it rejects with what should have held. */
export async function eventuallyAsync(
  holds: () => Promise<boolean>,
  what: () => string,
  seconds = 120,
): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what()}`);
    await delay(50);
  }
}
