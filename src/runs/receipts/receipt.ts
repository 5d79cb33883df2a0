import * as z from "zod/mini";
import { ObjectId, SessionId } from "#base/ids.ts";
import { Pause } from "#gate/failure/pause.ts";
import { FindingState } from "#gate/ledger/ledger.ts";
import { Outcome } from "#gate/stop/outcome.ts";
import { CheckedFinding } from "#gate/verdict/finding.ts";
import { ReadingRecord } from "#gate/verdict/reading.ts";
import { PluginsInForce } from "#runs/plugins-in-force.ts";
import { Moment } from "#runs/sessions/session.ts";

/** A state of the work tree: git's tree id, and our fingerprint, which sees what a tree cannot hold. */
const State = z.strictObject({ tree: ObjectId, fingerprint: z.string() });

/** One path as the reviewer was shown it. A blob is null where there was no file on that side. */
const Shown = z.strictObject({
  path: z.string(),
  oldPath: z.optional(z.string()),
  old: z.nullable(ObjectId),
  new: z.nullable(ObjectId),
  /** File modes before and after, where it is or was anything but a plain file. */
  modes: z.optional(z.strictObject({ old: z.string(), new: z.string() })),
  /** Only a part of its patch was shown. */
  part: z.boolean(),
});

const ReceiptScope = z.strictObject({
  shown: z.array(Shown),
  notCovered: z.array(z.strictObject({ path: z.string(), why: z.string() })),
  /** Shown files in which so many secret-looking values were replaced. */
  redacted: z.array(z.strictObject({ path: z.string(), values: z.int() })),
  /** What is provably another's work, and whose. */
  leftOut: z.array(z.strictObject({ path: z.string(), by: z.string() })),
  /** What was reviewed and may be another's work, and why that is not known. */
  uncertain: z.array(z.strictObject({ path: z.string(), why: z.string() })),
  notes: z.array(z.string()),
});

/** A seal of the thread's file (see `sealRollout`): its first `bytes` bytes have this digest for good. */
export const RolloutSeal = z.strictObject({
  path: z.string(),
  bytes: z.int().check(z.nonnegative()),
  sha256: z.string(),
});

/** How the review was run, and by which program and model, as those said themselves. */
const ReceiptReview = z.strictObject({
  /** Counted from 1, over the reviews of one change. */
  round: z.int().check(z.positive()),
  threadId: z.string(),
  /** More than one where the reviewer was asked to correct its answer. */
  turnIds: z.array(z.string()),
  /** The provider's own ids of its answers, as the rollout has them. */
  responseIds: z.array(z.string()),
  /** Whether the thread is that of an earlier round. */
  resumed: z.boolean(),
  model: z.nullable(z.string()),
  modelProvider: z.nullable(z.string()),
  effort: z.nullable(z.string()),
  cliVersion: z.string(),
  codexPath: z.string(),
  serverKind: z.enum(["shared", "private"]),
  /** Why it was not the shared one. */
  notShared: z.nullable(z.string()),
  sandbox: z.string(),
  /** Why the reviewer had no shell. */
  noShell: z.nullable(z.string()),
  instructionSources: z.array(z.string()),
  promptVersion: z.string(),
  promptDigest: z.string(),
  patchDigest: z.string(),
  nonce: z.string(),
  rollout: z.nullable(RolloutSeal),
  usage: z.nullable(
    z.strictObject({
      input: z.number(),
      cachedInput: z.number(),
      output: z.number(),
      reasoning: z.number(),
    }),
  ),
  commands: z.array(z.strictObject({ command: z.string(), exitCode: z.nullable(z.int()) })),
  /** How many more commands there were. */
  commandsLeftOut: z.int(),
  /** What of the change the reviewer had before it: as far as Codex's record of its commands shows. */
  reading: ReadingRecord,
  corrected: z.boolean(),
  /** The reviewer's own word. Recorded, never obeyed by itself. */
  decision: z.nullable(z.enum(["ALLOW", "BLOCK"])),
});
export type ReceiptReview = z.output<typeof ReceiptReview>;

/** Whom a stop asked, or would have asked had it not been paused. */
export const AskedReviewer = z.strictObject({
  /** The same as long as the same Codex would ask the same model in the same account. */
  key: z.string(),
  /** The version of that Codex. */
  version: z.string(),
  /** The kind of a failure after which it was asked a second time. */
  retriedAfter: z.nullable(z.string()),
});
export type AskedReviewer = z.output<typeof AskedReviewer>;

/** The write-once record of one outcome. It holds no secrets and nothing of the environment. Older forms: `receipt-versions.ts`. */
export const Receipt = z.strictObject({
  schema: z.literal("countersign/receipt/2"),
  /** The file's name without its ending. */
  id: z.string(),
  session: SessionId,
  /** Its place in the session's chain, from 1. */
  n: z.int().check(z.positive()),
  /** Digest of the receipt before it in the chain; null for the first. */
  previous: z.nullable(z.string()),
  at: Moment,
  /** What brought it about: a hook event's name, or the command's. */
  event: z.string(),
  outcome: Outcome,
  promptId: z.nullable(z.string()),
  repository: z.nullable(z.strictObject({ root: z.string(), head: z.nullable(ObjectId) })),
  configDigest: z.nullable(z.string()),
  baseline: z.nullable(State),
  snapshot: z.nullable(State),
  scope: z.nullable(ReceiptScope),
  review: z.nullable(ReceiptReview),
  /** Absent where nobody would have been asked. */
  reviewer: z.optional(AskedReviewer),
  /** Why nobody was asked, where that was the reason. */
  paused: z.optional(Pause),
  /** Where nobody was asked, for exactly this change had a verdict: the receipt of that review, and its session. */
  known: z.nullable(z.strictObject({ receipt: z.string(), session: SessionId })),
  findings: z.array(CheckedFinding),
  /** Where every finding of the change stood after this round. */
  ledger: z.array(
    z.strictObject({ id: z.string(), formerly: z.array(z.string()), state: FindingState, why: z.string() }),
  ),
  /** The failure's plain data, where there was one. */
  failure: z.nullable(z.looseObject({ kind: z.string() })),
  seconds: z.number(),
  /** The plugins that the session's process held. Absent where no stop has put that on record. */
  plugins: z.optional(PluginsInForce),
  /** The version of Countersign that wrote it. */
  version: z.string(),
});
export type Receipt = z.output<typeof Receipt>;

/** A receipt before it has a place in its session's chain. */
export type ReceiptDraft = Omit<Receipt, "schema" | "id" | "session" | "n" | "previous">;

const HANDLE_LENGTH = 8;

/** Returns the short end of a receipt's id by which a person names it: enough to find it, short enough to type. */
export function receiptHandle({ session, n }: Pick<Receipt, "session" | "n">): string {
  return `${session.slice(-HANDLE_LENGTH)}-${n}`;
}
