import { CodexFault } from "#codex/fault.ts";

export type Deadline = { readonly signal: AbortSignal; readonly clear: () => void };

/** Returns a signal that fires after so many seconds, with a reason that says what was waited for. */
export function deadlineOf(seconds: number, waitingFor: string): Deadline {
  const over = new AbortController();
  const reason = new CodexFault({ kind: "deadline", seconds, waitingFor });
  const timer = setTimeout(() => over.abort(reason), seconds * 1_000);
  return { signal: over.signal, clear: () => clearTimeout(timer) };
}
