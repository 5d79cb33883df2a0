import { failurePolicy } from "./failure-policy.ts";
import type { BreakerPause } from "./pause.ts";

/** What one stop, or one review that a person asked for, says about the reviewer. Times are epoch milliseconds. */
export type Attempt = {
  /** When it ended. */
  readonly to: number;
  /** By what a person names the receipt. */
  readonly receipt: string;
  readonly result: /** It answered. */
    | { readonly kind: "answered" }
    /** `until`: from when on the next call may succeed, where the failure says so. */
    | { readonly kind: "failed"; readonly failure: string; readonly until: number | undefined }
    /** It was not asked; the pause is what was known then. */
    | { readonly kind: "paused"; readonly pause: BreakerPause };
};

const MINUTE_MS = 60_000;
const LONGEST_BACK_OFF_MS = 60 * MINUTE_MS;
/** The longest reset that is believed: plans are counted by the month. Beyond it, and in the past, a time is a mistake. */
const LONGEST_RESET_MS = 31 * 24 * 60 * MINUTE_MS;
/** Failures in a row after which nobody is asked. */
const ROW = 2;

/**
 * Returns the pause that holds now, or `undefined` where the reviewer may be asked. `clearedAt` is
 * when a person last asked for it to be tried again.
 *
 * Only what lies after the last answer and the last clearing counts. What is dated later than now
 * was written under another clock and says nothing. A pause on record stands for the failures
 * before it, so that not all of them have to be read; one that began before an answer is void,
 * whenever the stop was that recorded it.
 */
export function pauseAt(
  history: readonly Attempt[],
  now: number,
  clearedAt = Number.NEGATIVE_INFINITY,
): BreakerPause | undefined {
  const past = history.filter(({ to }) => to <= now);
  const answered = past.filter(({ result }) => result.kind === "answered").map(({ to }) => to);
  const cut = Math.max(clearedAt <= now ? clearedAt : Number.NEGATIVE_INFINITY, ...answered);
  const known = latestPause(past, cut, now);
  const failures = failuresOf(past)
    .filter(({ to }) => to > (known?.since ?? cut))
    .sort((a, b) => a.to - b.to);
  const { pause } = failures.reduce(after, { pause: known, row: known?.row ?? 0 });
  return pause !== undefined && now < pause.until ? pause : undefined;
}

type Failed = Omit<Attempt, "result"> & Omit<Extract<Attempt["result"], { kind: "failed" }>, "kind">;
type Row = { readonly pause: BreakerPause | undefined; readonly row: number };

function latestPause(past: readonly Attempt[], cut: number, now: number): BreakerPause | undefined {
  return past
    .flatMap(({ result }) => (result.kind === "paused" ? [result.pause] : []))
    .filter(({ since }) => since > cut && since <= now)
    .map((pause) => ({ ...pause, until: Math.min(pause.until, pause.since + LONGEST_RESET_MS) }))
    .sort((a, b) => a.until - b.until)
    .at(-1);
}

function failuresOf(past: readonly Attempt[]): Failed[] {
  return past.flatMap(({ result, ...when }) =>
    result.kind === "failed" && failurePolicy(result.failure).breaker !== "none"
      ? [{ ...when, failure: result.failure, until: result.until }]
      : [],
  );
}

/**
 * What fails while the pause holds (asked before it began, or by a person) does not make it longer:
 * several sessions meet one outage at once. But a reset time that it brings is believed.
 */
function after({ pause, row }: Row, failed: Failed): Row {
  const { breaker, backOff } = failurePolicy(failed.failure);
  const reset = breaker === "reset" ? believed(failed) : undefined;
  const longer = { row: row + 1 };
  if (pause !== undefined && failed.to < pause.until) {
    const isLater = reset !== undefined && reset > pause.until;
    return { ...longer, pause: isLater ? opened(failed, reset, { ...longer, times: pause.times }) : pause };
  }
  if (breaker === "counts" && longer.row < ROW) return { ...longer, pause };
  const times = pause?.times ?? 0;
  const waited = failed.to + Math.min(backOff * MINUTE_MS * 2 ** times, LONGEST_BACK_OFF_MS);
  const until = reset === undefined ? waited : longer.row < ROW ? reset : Math.max(reset, waited);
  return { ...longer, pause: opened(failed, until, { ...longer, times: times + 1 }) };
}

function believed({ to, until }: Failed): number | undefined {
  return until !== undefined && until > to && until <= to + LONGEST_RESET_MS ? until : undefined;
}

function opened(
  { failure, receipt, to }: Failed,
  until: number,
  counted: Pick<BreakerPause, "row" | "times">,
): BreakerPause {
  return { kind: "breaker", failure, receipt, since: to, until, ...counted };
}
