import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { StopOutput } from "#claude/hook-output.ts";
import { packageVersion } from "#commands/installation.ts";
import { commandWord } from "#commands/stop/command-word.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { failureDetail, failureRecord } from "#gate/failure/failure-message.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import { stopOutput } from "#gate/stop/stop-output.ts";
import type { StopReport } from "#gate/stop/stop-report.ts";
import { type ReceiptDraft, receiptHandle } from "#runs/receipts/receipt.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import type { Pinned } from "#runs/sessions/session.ts";
import { readSession } from "#runs/sessions/session-file.ts";
import type { HookCall } from "./hook-call.ts";
import { notOnRecord } from "./not-on-record.ts";
import { configToPin, modeOf } from "./pinned-config.ts";
import type { HookReading } from "./read-hook-input.ts";

const RECORD_MS = 5_000;
/** Where not even the environment names the session. */
const NO_SESSION = parseShape("no-session", SessionId);

/**
 * Ends a Stop whose input cannot be used: visibly let through and on record, unless the gate is
 * off. It never blocks, not even under `onFailure: "block"`: an input without a session has no
 * counter that could keep this from happening for ever.
 */
export async function refuseStop(
  call: HookCall,
  { detail, session }: Extract<HookReading<"Stop">, { kind: "bad-input" }>,
): Promise<StopOutput> {
  const read = session === undefined ? undefined : readSession(call.locations, session);
  const cwd = process.cwd();
  const standing = read?.kind === "session" ? read.session : { pinned: configToPin(call, cwd, undefined) };
  if (modeOf(standing) === "off") return {};
  const failure = { kind: "bad-input", detail } as const;
  const { pinned } = standing;
  const signal = AbortSignal.timeout(RECORD_MS);
  return await letThrough(call, { session: session ?? NO_SESSION, promptId: null, pinned, failure }, signal);
}

/** A stop of which nothing was decided, and why. */
type Undecided = {
  readonly session: SessionId;
  readonly promptId: string | null;
  readonly pinned: Pinned;
  readonly failure: Failure;
};

/** Lets a stop through about which nothing could be decided: on record where that is possible, and said. */
export async function letThrough(
  call: HookCall,
  { session, promptId, pinned, failure }: Undecided,
  signal: AbortSignal,
): Promise<StopOutput> {
  const detail = failureDetail(failure);
  const outcome: Outcome = { kind: "failed", class: failure.kind, detail, blocked: false };
  const draft: ReceiptDraft = {
    at: call.askedAt.toISOString(),
    event: "Stop",
    outcome,
    promptId,
    repository: null,
    configDigest: pinned.digest,
    baseline: null,
    snapshot: null,
    scope: null,
    review: null,
    known: null,
    findings: [],
    ledger: [],
    failure: failureRecord(failure),
    seconds: (Date.now() - call.askedAt.getTime()) / 1_000,
    version: packageVersion(),
  };
  try {
    const { receipt } = await writeReceipt(call.locations, session, draft, signal);
    return stopOutput(outcome, reportOf(call, receiptHandle(receipt), failure), pinned.config);
  } catch (error) {
    return notOnRecord(error, failure);
  }
}

function reportOf(call: HookCall, receipt: string, failure: Failure): StopReport {
  return {
    command: commandWord(call.environment, call.locations),
    receipt,
    root: undefined,
    review: undefined,
    failure,
    firstReview: undefined,
  };
}
