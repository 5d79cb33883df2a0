import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { SessionId } from "#base/ids.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import type { Attempt } from "#gate/failure/breaker.ts";
import { Pause } from "#gate/failure/pause.ts";
import type { Locations } from "#runs/locations.ts";
import { AskedReviewer, receiptHandle } from "./receipt.ts";
import { type ReceiptName, receiptNames } from "./receipt-files.ts";

/** What a receipt says about the reviewer that it names. */
export type ReviewerAttempt = Attempt & {
  readonly reviewer: AskedReviewer;
  readonly session: SessionId;
  /** Tokens in and out; 0 where the turn did not come so far, or was not made. */
  readonly tokens: number;
};

/** Further back nothing is looked for: with so many stops in between, one call more does no harm. */
const MOST_READ = 300;
const DAY_MS = 24 * 60 * 60_000;
/** A pause is no longer than this (see `pauseAt`). */
const OLDEST_MS = 32 * DAY_MS;

/** As much of a receipt as is looked at: to check all of it takes its time at each of many. */
const AttemptRecord = z.object({
  session: SessionId,
  n: z.int(),
  at: z.iso.datetime(),
  seconds: z.number().check(z.nonnegative()),
  outcome: z.object({ kind: z.string() }),
  reviewer: z.optional(AskedReviewer),
  paused: z.optional(Pause),
  review: z.nullable(z.object({ usage: z.nullable(z.object({ input: z.number(), output: z.number() })) })),
  failure: z.nullable(
    z.object({ kind: z.string(), resetsAt: z.optional(z.number()), retryAt: z.optional(z.number()) }),
  ),
});

/**
 * Returns what recent receipts say about a reviewer, the latest first, back to its last answer. What
 * is dated later than `now` (epoch milliseconds) is passed over unread.
 */
export function recentAttempts(locations: Locations, key: string, now: number): readonly ReviewerAttempt[] {
  const found: ReviewerAttempt[] = [];
  for (const attempt of readAttempts(locations, { now, since: now - OLDEST_MS, most: MOST_READ })) {
    if (attempt.reviewer.key !== key) continue;
    found.push(attempt);
    if (attempt.result.kind === "answered") break;
  }
  return found;
}

/** Returns the same for every reviewer that recent receipts name. */
export function attemptsByReviewer(
  locations: Locations,
  now: number,
): ReadonlyMap<string, readonly ReviewerAttempt[]> {
  const found = new Map<string, ReviewerAttempt[]>();
  for (const attempt of readAttempts(locations, { now, since: now - OLDEST_MS, most: MOST_READ })) {
    const { key } = attempt.reviewer;
    found.set(key, [...(found.get(key) ?? []), attempt]);
  }
  return found;
}

/** Returns the calls of a span of time, whoever was asked: those in which a turn may have begun. */
export function callsSince(locations: Locations, since: number, now: number): readonly ReviewerAttempt[] {
  return [...readAttempts(locations, { now, since, most: Number.POSITIVE_INFINITY })].filter(
    ({ result }) => result.kind !== "paused",
  );
}

type Span = { readonly now: number; readonly since: number; readonly most: number };

function* readAttempts(locations: Locations, { now, since, most }: Span): Generator<ReviewerAttempt> {
  const [first, last] = [compact(since), compact(now)];
  let read = 0;
  for (const name of receiptNames(locations, new Date(since).toISOString())) {
    if (name.id < first || read === most) return;
    if (name.id.slice(0, last.length) > last) continue;
    read += 1;
    const attempt = readAttempt(name);
    if (attempt !== undefined) yield attempt;
  }
}

/** A receipt that cannot be read, such as a folder in its place, says nothing here; `audit runs` names it. */
function readAttempt({ path }: ReceiptName): ReviewerAttempt | undefined {
  try {
    const text = readIfPresent(path);
    // Most stops ask nobody.
    if (text === undefined || !text.includes('"reviewer":')) return undefined;
    return attemptOf(parseJson(text, AttemptRecord));
  } catch (error) {
    if (error instanceof JsonFault || errorCode(error) === "EISDIR") return undefined;
    throw error;
  }
}

function attemptOf(record: z.output<typeof AttemptRecord>): ReviewerAttempt | undefined {
  const { reviewer, session, review } = record;
  const result = resultOf(record);
  if (reviewer === undefined || result === undefined) return undefined;
  return {
    to: Date.parse(record.at) + record.seconds * 1_000,
    receipt: receiptHandle(record),
    reviewer,
    session,
    tokens: (review?.usage?.input ?? 0) + (review?.usage?.output ?? 0),
    result,
  };
}

function resultOf({
  paused,
  failure,
  review,
}: z.output<typeof AttemptRecord>): Attempt["result"] | undefined {
  if (paused !== undefined) return paused.kind === "breaker" ? { kind: "paused", pause: paused } : undefined;
  if (failure !== null) {
    return { kind: "failed", failure: failure.kind, until: failure.resetsAt ?? failure.retryAt };
  }
  return review === null ? undefined : { kind: "answered" };
}

/** A moment as names of files carry it; it sorts by time. */
function compact(time: number): string {
  return new Date(time).toISOString().replace(/[-:.]/g, "");
}
