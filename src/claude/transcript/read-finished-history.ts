import { statSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode } from "#base/fault.ts";
import { readToolHistory } from "./read-tool-history.ts";
import { readTrace } from "./read-trace.ts";
import type { ToolHistory } from "./tool-records.ts";
import { emptyTrace } from "./tool-trace.ts";
import { findTranscript } from "./transcript-files.ts";

export type FinishedRequest = {
  readonly since: Date;
  /** What the host says the agent said last; `undefined` where it says nothing, and nothing can be compared. */
  readonly lastMessage: string | undefined;
  /** How long to wait for it, in milliseconds. */
  readonly patience?: number;
};

/** The transcript was seen to lag 40 to 80 ms behind a stop (Claude Code 2.1.330). */
const PATIENCE = 500;
const PAUSE = 20;

/** The end of a transcript in which the last answer is looked for again and again. */
const NEWEST_BYTES = 1024 * 1024;

/**
 * Returns a session's history at its stop: waits until its transcript ends in the answer that the
 * host named, then reads it. Where that never comes, the history is not `whole`.
 */
export async function readFinishedHistory(
  transcriptPath: string,
  { since, lastMessage, patience = PATIENCE }: FinishedRequest,
  signal: AbortSignal,
): Promise<ToolHistory | undefined> {
  const end = performance.now() + (lastMessage === undefined ? 0 : patience);
  let finished = await endsIn(transcriptPath, lastMessage, signal);
  while (!finished && performance.now() < end) {
    // Given the signal, `delay` would throw an error of its own instead of the signal's reason.
    await delay(PAUSE);
    signal.throwIfAborted();
    finished = await endsIn(transcriptPath, lastMessage, signal);
  }
  const history = await readToolHistory(transcriptPath, since, signal);
  return history === undefined || finished ? history : { ...history, whole: false };
}

async function endsIn(
  transcriptPath: string,
  lastMessage: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (lastMessage === undefined || blank(lastMessage) === "") return false;
  try {
    const path = findTranscript(transcriptPath);
    if (path === undefined) return false;
    const from = Math.max(0, statSync(path).size - NEWEST_BYTES);
    const request = { path, from, since: new Date(0), side: false };
    const tail = await readTrace(request, emptyTrace(), signal);
    return tail.settled && blank(tail.lastMessage ?? "").endsWith(blank(lastMessage));
  } catch (error) {
    signal.throwIfAborted();
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}

/** The host trims and joins the parts of an answer in its own way. */
function blank(text: string): string {
  return text.replace(/\s+/g, "");
}
