import type { CodexFailure } from "#codex/fault.ts";
import { patience, RUN_PATIENCE } from "#codex/turn/patience.ts";
import { turnFailure } from "#codex/turn/turn-failure.ts";
import type { ExecEvent } from "./exec-event.ts";

/** What is heard of a run's troubles with its provider. */
export type ExecTrouble = {
  readonly hear: (event: ExecEvent) => void;
  /** Aborted when it makes no sense to wait any longer for what is standing. */
  readonly gaveUp: AbortSignal;
  /** What Codex was last said to wait for, where nothing has come since. */
  readonly standing: () => CodexFailure | undefined;
  readonly stop: () => void;
};

/**
 * `Reconnecting... 1/5 (cause)`, as both versions say before they ask again. Whatever else is called an
 * error is followed by the turn's own end, with the same words.
 */
const AGAIN = /^Reconnecting\.\.\.[^(]*(?:\(([\s\S]*)\))?\s*$/;

/** Returns what Codex says that it will try again after, or `undefined` where it says no such thing. */
export function retriedAfter(message: string): string | undefined {
  const found = AGAIN.exec(message);
  return found === null ? undefined : (found[1] ?? message);
}

/** Follows the errors that Codex waits out by itself, be it without end (a 429 with an hour of Retry-After). */
export function watchTrouble(): ExecTrouble {
  const over = new AbortController();
  let standing: CodexFailure | undefined;
  let unreachable = 0;
  let timer: NodeJS.Timeout | undefined;
  function weigh(failure: CodexFailure): void {
    standing = failure;
    unreachable = failure.kind === "provider-unreachable" ? unreachable + 1 : 0;
    const decision = patience({ failure, unreachable, now: Date.now() }, RUN_PATIENCE);
    const giveUp = (): void => over.abort();
    if (decision.kind === "give-up") giveUp();
    if (decision.kind === "wait") timer = setTimeout(giveUp, decision.ms);
  }
  return {
    hear(event) {
      clearTimeout(timer);
      const cause = event.kind === "error" ? retriedAfter(event.message) : undefined;
      if (cause !== undefined) return weigh(turnFailure({ message: cause }, Date.now()));
      standing = undefined;
      unreachable = 0;
    },
    gaveUp: over.signal,
    standing: () => standing,
    stop: () => clearTimeout(timer),
  };
}
