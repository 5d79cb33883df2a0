import type { Readable } from "node:stream";
import { errorCode, errorText } from "#base/fault.ts";
import { clip } from "#base/text.ts";
import { textLines } from "#base/text-lines.ts";
import type { CodexFailure } from "#codex/fault.ts";
import { lastWords } from "#codex/last-words.ts";
import { turnFailure } from "#codex/turn/turn-failure.ts";
import { execArguments } from "./exec-arguments.ts";
import { type ExecEvent, execEvent } from "./exec-event.ts";
import { type ExecExit, startExec } from "./exec-process.ts";
import type { ExecRequest } from "./exec-request.ts";
import { type ExecSeen, NOTHING_SEEN, seenWith } from "./exec-seen.ts";
import { watchTrouble } from "./exec-trouble.ts";

/** How a run of Codex ended, as far as its process and its events tell. */
export type ExecEnd =
  /** It says that its turn was completed, and ended as a program does that is well. */
  | { readonly kind: "completed" }
  /** As Codex says, or because it waited for a provider longer than makes sense. */
  | { readonly kind: "failed"; readonly failure: CodexFailure }
  /** `trouble` is what Codex was waiting out meanwhile. */
  | { readonly kind: "deadline"; readonly seconds: number; readonly trouble: CodexFailure | undefined }
  | { readonly kind: "cancelled"; readonly detail: string }
  /** By somebody else. */
  | { readonly kind: "killed"; readonly signal: string }
  /** It ended and told no end of its turn. */
  | { readonly kind: "incomplete"; readonly detail: string }
  /** It ended before it had a thread: its words, the command line or the configuration were refused. */
  | { readonly kind: "refused"; readonly detail: string }
  | { readonly kind: "not-started"; readonly detail: string };

export type ExecRun = {
  readonly seen: ExecSeen;
  readonly end: ExecEnd;
  /** The last of what it said on standard error, on one line. */
  readonly words: string;
};

/** A line holds at most one tool's output. What is longer is passed over, and never held. */
const LONGEST_LINE = 64 * 1024 * 1024;
const DETAIL_CHARACTERS = 600;

/**
 * Runs one task in a process of its own and returns how it ended, once nothing of it lives any more:
 * within its deadline, whatever Codex or its provider does. `listen` is told each event as it comes.
 *
 * @throws `signal`'s reason, where it fires before the start. Later it is an end like others: `cancelled`.
 */
export async function runCodexExec(
  request: ExecRequest,
  listen: (event: ExecEvent) => void,
  signal: AbortSignal,
): Promise<ExecRun> {
  signal.throwIfAborted();
  const limit = AbortSignal.timeout(request.seconds * 1_000);
  const trouble = watchTrouble();
  const lingering = afterTurn();
  const codex = startExec(request, execArguments(request));
  let seen = NOTHING_SEEN;
  const reading = readEvents(codex.stdout, (event) => {
    trouble.hear(event);
    lingering.hear(event);
    seen = seenWith(seen, event);
    listen(event);
  });
  try {
    const ends = [signal, limit, trouble.gaveUp, lingering.tooLong, failureOf(reading)];
    const exit = await unlessAborted(codex.exited, AbortSignal.any(ends));
    const standing = trouble.standing();
    await codex.end();
    await reading;
    const words = clip(lastWords(codex.said()), DETAIL_CHARACTERS);
    if (exit !== undefined) return { seen, end: endOf(exit, seen, words), words };
    const why = { cancelled: signal, gaveUp: trouble.gaveUp, seconds: request.seconds, standing };
    return { seen, end: toldEnd(seen, words) ?? stoppedBy(why), words };
  } finally {
    trouble.stop();
    lingering.stop();
    await codex.end();
  }
}

/** It ends within milliseconds of its turn, unless a server that it started holds it up. */
const LINGER_MS = 5_000;

/** Fires when Codex is still there long after its turn has ended. */
function afterTurn() {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    hear({ kind }: ExecEvent): void {
      clearTimeout(timer);
      const isEnd = kind === "turn-completed" || kind === "turn-failed";
      if (isEnd) timer = setTimeout(() => over.abort(), LINGER_MS);
    },
    tooLong: over.signal,
    stop: () => clearTimeout(timer),
  };
}

async function readEvents(stdout: Readable, hear: (event: ExecEvent) => void): Promise<void> {
  try {
    for await (const line of textLines(stdout, LONGEST_LINE)) {
      const event = execEvent(line);
      if (event !== undefined) hear(event);
    }
  } catch (error) {
    // We closed it, after all that could write to it was gone.
    if (errorCode(error) !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}

/** Fires when there is no use in going on, for nobody listens: the reason is thrown once all has ended. */
function failureOf(reading: Promise<void>): AbortSignal {
  const failed = new AbortController();
  reading.catch(() => failed.abort());
  return failed.signal;
}

/** Resolves to nothing when the signal fires first. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
    work.then(resolve, reject);
  });
}

type Stopped = {
  readonly cancelled: AbortSignal;
  readonly gaveUp: AbortSignal;
  readonly seconds: number;
  readonly standing: CodexFailure | undefined;
};

function stoppedBy({ cancelled, gaveUp, seconds, standing }: Stopped): ExecEnd {
  if (cancelled.aborted) return { kind: "cancelled", detail: errorText(cancelled.reason) };
  if (gaveUp.aborted && standing !== undefined) return { kind: "failed", failure: standing };
  return { kind: "deadline", seconds, trouble: standing };
}

function endOf(exit: ExecExit, seen: ExecSeen, said: string): ExecEnd {
  switch (exit.kind) {
    case "not-started":
      return { kind: "not-started", detail: exit.detail };
    case "signal":
      return { kind: "killed", signal: exit.signal };
    case "exited":
      return exitedEnd(exit.code, seen, said);
  }
}

function exitedEnd(code: number, seen: ExecSeen, said: string): ExecEnd {
  const told = toldEnd(seen, said);
  // A message in the stream tells more than the exit code, which is 1 for whatever goes wrong.
  if (told !== undefined && (told.kind === "failed" || code === 0)) return told;
  // The words of the program that starts it so that it dies with us, see `dyingWithParent`.
  if (seen.threadId === undefined && /^setpriv: failed to execute/.test(said)) {
    return { kind: "not-started", detail: said };
  }
  const detail = `exit ${code}${said === "" ? "" : `: ${said}`}`;
  return seen.threadId === undefined ? { kind: "refused", detail } : { kind: "incomplete", detail };
}

/** What Codex itself said of its turn's end; `undefined` where it said nothing. */
function toldEnd(seen: ExecSeen, said: string): ExecEnd | undefined {
  if (seen.turn === "completed") return { kind: "completed" };
  if (typeof seen.turn !== "object") return undefined;
  const message = seen.turn.failed || seen.error || said;
  return { kind: "failed", failure: turnFailure({ message }, Date.now()) };
}
