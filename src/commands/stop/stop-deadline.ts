import { CodexFault } from "#codex/fault.ts";
import type { AllowedTime } from "#commands/hooks/registered-deadline.ts";

/** The time that one stop has. */
export type StopDeadline = {
  /**
   * Aborted when waiting and reviewing have to end, with a `deadline` fault as its reason: whoever
   * waits then throws what the receipt should say.
   */
  readonly signal: AbortSignal;
  /** Aborted when the host is about to end the hook: an answer has to go out, whatever still waits. */
  readonly last: AbortSignal;
  /** To be called before a review begins: throws a `deadline` fault where too little is left for one. */
  readonly beforeReview: () => void;
  readonly clear: () => void;
};

export type StopTime = {
  /** Seconds that the stop may take by its configuration. */
  readonly wanted: number;
  /** Says what the host leaves of that. Asked once, when a review is about to begin or the stop takes long. */
  readonly allow: () => AllowedTime;
  /** Seconds since this process began, by a clock that nobody sets. */
  readonly elapsed: () => number;
};

/** A stop that has nothing to review is over by then, and does not pay for a look into the settings. */
const LOOK_AFTER_S = 1;
/** No reviewer reads and answers in less. */
const SHORTEST_REVIEW_S = 2;

/** Starts the clock of a stop. */
export function stopDeadline({ wanted, allow, elapsed }: StopTime): StopDeadline {
  const [deadline, last] = [new AbortController(), new AbortController()];
  const timers: NodeJS.Timeout[] = [];
  const at = (seconds: number, run: () => void): void => {
    timers.push(setTimeout(run, Math.max(0, seconds - elapsed()) * 1_000));
  };
  let known: AllowedTime | undefined;
  const look = (): AllowedTime => {
    if (known !== undefined) return known;
    const allowed = allow();
    known = allowed;
    at(allowed.seconds, () => deadline.abort(fault(allowed, "the review")));
    at(allowed.answered, () => last.abort(fault(allowed, "the review to be ended and put on record")));
    return allowed;
  };
  at(Math.min(elapsed() + LOOK_AFTER_S, wanted), look);
  return {
    signal: deadline.signal,
    last: last.signal,
    beforeReview() {
      const allowed = look();
      if (allowed.seconds - elapsed() >= SHORTEST_REVIEW_S) return;
      throw fault(allowed, "a review, which was not even begun");
    },
    clear() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function fault({ seconds, cut }: AllowedTime, waitingFor: string): CodexFault {
  const failure = { kind: "deadline", seconds: Math.round(seconds * 10) / 10, waitingFor } as const;
  return new CodexFault(cut === undefined ? failure : { ...failure, detail: cut });
}
