import { onTestFinished, vi } from "vitest";

/** A time limit that is over when the test says so. */
export type LimitInHand = { readonly reach: () => void };

/**
 * Takes the place of every `AbortSignal.timeout` of so many milliseconds until the test is over. However
 * slow the machine is, the limit comes after what has to happen before it, and no test waits for it.
 */
export function limitInHand(ms: number): LimitInHand {
  const over = new AbortController();
  const real = AbortSignal.timeout.bind(AbortSignal);
  const timeout = vi.spyOn(AbortSignal, "timeout");
  timeout.mockImplementation((asked) => (asked === ms ? over.signal : real(asked)));
  onTestFinished(() => timeout.mockRestore());
  return { reach: () => over.abort(new DOMException("The limit was reached", "TimeoutError")) };
}
