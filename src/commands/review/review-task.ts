import type { Environment } from "#base/environment.ts";
import type { ObjectId } from "#base/ids.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import type { Config } from "#gate/config.ts";
import type { Pause } from "#gate/failure/pause.ts";
import type { Dismissals, Ledger } from "#gate/ledger/ledger.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import type { Locations } from "#runs/locations.ts";
import type { AskedReviewer } from "#runs/receipts/receipt.ts";
import type { ReviewState } from "#runs/sessions/session.ts";

/** Where Codex is found, and where what is known of it is kept. */
export type ReviewPlace = { readonly environment: Environment; readonly locations: Locations };

/**
 * What is known of a review while it runs, so that what fails on the way can be put on record: whom
 * it asked, or would have asked, and the pause that held then.
 */
export type ReviewTrace = { reviewer?: AskedReviewer; pause?: Pause };

/** What is to be reviewed, whoever asks: a stop, or a person. */
export type ReviewTask = {
  readonly place: ReviewPlace;
  readonly config: Config;
  readonly tree: WatchedTree;
  /** From where the change counts. What is provably another's work is in it already. */
  readonly baseline: Snapshot;
  readonly snapshot: Snapshot;
  /** Work of others that the baseline was moved over, and what may be theirs and is reviewed. */
  readonly leftOut: readonly { readonly path: string; readonly by: string }[];
  readonly uncertain: readonly { readonly path: string; readonly why: string }[];
  /** What stands in for a baseline whose tree is gone: see `Coverage`. */
  readonly countedFrom: ObjectId | null | undefined;
  /** Paths that an earlier review left out for their size. */
  readonly first: readonly string[];
  /** What a person asked for, where that is known. */
  readonly intent: string | undefined;
  /** What the agent says of its work. */
  readonly claim: string | undefined;
  /** The round before, and the state from which on something is new to its reviewer. */
  readonly earlier: { readonly state: ReviewState; readonly since: Snapshot } | undefined;
  /** What was raised about this work tree before. */
  readonly ledger: Ledger;
  /** What a person dismissed in this repository. */
  readonly dismissals: Dismissals;
  /** A person wants it now: a pause is told of, and not obeyed. */
  readonly insists: boolean;
  /** Filled on the way. */
  readonly trace: ReviewTrace;
};
