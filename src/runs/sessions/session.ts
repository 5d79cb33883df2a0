import * as z from "zod/mini";
import { ObjectId, SessionId } from "#base/ids.ts";
import { Config } from "#gate/config.ts";
import { LedgerEntry } from "#gate/ledger/ledger.ts";
import { Mode } from "#gate/mode.ts";
import { PromptRounds } from "#gate/stop/rounds.ts";
import { CheckedFinding } from "#gate/verdict/finding.ts";
import { Snapshot } from "#git/snapshot/snapshot.ts";
import { PluginsHeld } from "#runs/plugins-in-force.ts";

/** A moment, as ISO 8601 in UTC. */
export const Moment = z.iso.datetime();

/** Through which door a switch came: a terminal, an agent's shell, or words that a person typed to the agent. */
const SwitchedBy = z.enum(["terminal", "agent-shell", "no-terminal", "transcript"]);

/** The state from which the next change is counted. */
export const Baseline = z.strictObject({
  root: z.string(),
  /** The private git object store that holds the tree. */
  store: z.string(),
  snapshot: Snapshot,
  takenAt: Moment,
  /**
   * `followed`: the session went on in a tree that it did not begin in. `anothers`: all that had
   * changed was provably not its work.
   */
  why: z.enum(["start", "late", "signed", "followed", "anothers"]),
});
export type Baseline = z.output<typeof Baseline>;

/** The configuration as it was when the session began. */
export const Pinned = z.strictObject({
  config: Config,
  digest: z.string(),
  warnings: z.array(z.string()),
  /** Whether nobody watches: `claude -p`. */
  headless: z.boolean(),
  /** What all of this makes the gate do in this repository and kind of session. */
  mode: Mode,
});
export type Pinned = z.output<typeof Pinned>;

/** Where the last review stands: its thread is continued, its findings are not raised twice. */
export const ReviewState = z.strictObject({
  /** Null where the verdict was known: then there is no thread to continue. */
  threadId: z.nullable(z.string()),
  /** Counted from 1, over the reviews of one change. */
  round: z.int().check(z.positive()),
  fingerprint: z.string(),
  snapshot: Snapshot,
  /** The state from which its thread was shown the change: what was left out then is in it. */
  from: z.optional(Snapshot),
  /** When the snapshot was asked for. */
  at: Moment,
  findings: z.array(CheckedFinding),
  promptId: z.nullable(z.string()),
});
export type ReviewState = z.output<typeof ReviewState>;

/** A state of the work tree that a stop saw, between two moments. */
const SeenState = z.strictObject({ tree: ObjectId, fingerprint: z.string(), at: Moment, until: Moment });
export type SeenState = z.output<typeof SeenState>;

/** Work that a stop left without a signature, as it stood then. */
const Unsigned = z.strictObject({
  snapshot: Snapshot,
  /** The outcome's kind. */
  outcome: z.string(),
  /** By what a person names the receipt. */
  receipt: z.string(),
  at: Moment,
  /** A later session's user was told. */
  said: z.boolean(),
});
export type Unsigned = z.output<typeof Unsigned>;

const ofTree = {
  /** From when on its changes are reviewed: the time of the first baseline. */
  watchedSince: z.optional(Moment),
  review: z.optional(ReviewState),
  /** The latest last. */
  seen: z.array(SeenState),
  /** Paths that the last signature left out for their size: they come first in the next change. */
  omitted: z.array(z.string()),
  unsigned: z.optional(Unsigned),
  /** The findings of this tree's change from round to round, and what was settled before it. */
  ledger: z.array(LedgerEntry),
};

/** What is remembered of one work tree that the session works in. */
export const TreeState = z.strictObject({ baseline: Baseline, ...ofTree });
export type TreeState = z.output<typeof TreeState>;

/** What was decided about one content of the work tree, seen from one baseline (fingerprints). */
const DecidedContent = z.strictObject({
  baseline: z.string(),
  fingerprint: z.string(),
  as: z.enum(["allowed", "blocked", "advised", "capped", "unshowable"]),
});

/** Everything that is remembered of one session. Older forms: `session-versions.ts`. */
export const Session = z.strictObject({
  schema: z.literal("countersign/session/2"),
  session_id: SessionId,
  started: Moment,
  /** The host's own word for what began it, or `unknown`. */
  source: z.string(),
  cwd: z.string(),
  /** Where its host keeps the session's transcript. */
  transcript: z.optional(z.string()),
  /** Whether it took a lease with its host's process: without one its end is never seen. */
  leased: z.boolean(),
  pinned: Pinned,
  /** Of the work tree in view, as are the fields of `ofTree`. */
  baseline: z.optional(Baseline),
  ...ofTree,
  /** Other work trees that the session was followed into, or came from. */
  elsewhere: z.array(TreeState),
  /** Why there is no baseline, where there is none. */
  baselineMissing: z.optional(z.string()),
  prompt: z.optional(PromptRounds),
  /** What needs no second review, the latest last. */
  decided: z.array(DecidedContent),
  /** Background tasks that stops were deferred for, each with the prompt that met it first. */
  tasksSeen: z.array(z.strictObject({ id: z.string(), promptId: z.nullable(z.string()) })),
  /** Kinds of failure that have already blocked once. */
  failuresBlocked: z.array(z.string()),
  /** The next stop is let through without a review. */
  skipNext: z.optional(z.strictObject({ by: SwitchedBy, why: z.string(), at: Moment })),
  /** A person's word, which outweighs the pinned mode. */
  mode: z.optional(
    z.strictObject({
      gate: Mode,
      by: SwitchedBy,
      at: Moment,
      /** The user was told at a stop of this session. */
      said: z.optional(z.boolean()),
    }),
  ),
  /** Which plugins its host's process held when a stop looked last. */
  plugins: z.optional(PluginsHeld),
  /** The end of the session's chain of receipts: how many there are, and the digest of the last. */
  receipts: z.strictObject({ count: z.int().check(z.nonnegative()), head: z.nullable(z.string()) }),
});
export type Session = z.output<typeof Session>;
