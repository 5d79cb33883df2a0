import type { ObjectId } from "#base/ids.ts";
import type { StopInput } from "#claude/hook-input.ts";
import type { HookCall } from "#commands/hooks/hook-call.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import type { Review } from "#commands/review/review.ts";
import type { ReviewTrace } from "#commands/review/review-task.ts";
import type { Config } from "#gate/config.ts";
import type { Failure } from "#gate/failure/failure.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import type { LiveMode } from "#gate/stop/policy.ts";
import type { PromptRounds } from "#gate/stop/rounds.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import type { PluginsHeld } from "#runs/plugins-in-force.ts";
import type { AskedReviewer } from "#runs/receipts/receipt.ts";
import type { Baseline, Pinned, Session } from "#runs/sessions/session.ts";

/** What a Stop hook was asked, and under which configuration. */
export type StopOpening = {
  readonly call: HookCall;
  readonly input: StopInput;
  readonly pinned: Pinned;
  /** How many receipts the session had when this hook began. */
  readonly receiptsBefore: number;
  /** Throws where too little time is left for a review. */
  readonly beforeReview: () => void;
  /** Takes what may still go on when the stop is on record: it is waited for before this process ends. */
  readonly awaitLast: (work: Promise<unknown>) => void;
};

/** One Stop with all that is known when it begins. */
export type StopCase = Pick<StopOpening, "beforeReview" | "awaitLast"> & {
  readonly call: HookCall;
  readonly input: StopInput;
  readonly session: Session;
  readonly config: Config;
  readonly rounds: PromptRounds;
  /** The work tree that this part of the stop is about, where it is not the one that the session began in. */
  readonly followed: string | undefined;
  /** Another hook decided about this session while this one waited for its turn. */
  readonly meanwhile: boolean;
  /** What the user should know beside the outcome. */
  readonly notices: readonly string[];
};

/** One that is put on record, with the plugins that the host's process holds, as far as that could be told. */
export type ConcludedCase = StopCase & { readonly plugins: PluginsHeld | undefined };

/** The work tree as this Stop found it. */
export type Look = {
  readonly tree: WatchedTree;
  readonly snapshot: Snapshot;
  readonly fingerprint: string;
  /** Between these moments the snapshot was made. */
  readonly taken: { readonly at: Date; readonly until: Date };
  /** Of this same work tree; `undefined` where the session has none yet. */
  readonly baseline: (Baseline & { readonly fingerprint: string }) | undefined;
  /** Where the baseline's tree is gone: the commit that stands in for it, or `null` for nothing at all. */
  readonly countedFrom?: ObjectId | null;
};

/** What of a stop is known while it is decided: so much of it stands on record too where it fails. */
export type Seen = { look?: Look } & ReviewTrace;

/** How a Stop ends, before it is put on record. */
export type Ending = {
  readonly outcome: Outcome;
  readonly look?: Look;
  readonly review?: Review;
  /** The state from which the review counted: the baseline, with the work of others in it. */
  readonly from?: Snapshot;
  readonly failure?: Failure;
  /** Whom it asked, or would have asked. */
  readonly reviewer?: AskedReviewer;
};

/** A review that may begin: the mode in which its outcome counts, and a baseline to compare with. */
export type DueReview = {
  readonly mode: LiveMode;
  readonly look: Look & { readonly baseline: NonNullable<Look["baseline"]> };
  readonly trace: Seen;
};
