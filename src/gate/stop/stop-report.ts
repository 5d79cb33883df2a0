import type { Failure } from "#gate/failure/failure.ts";
import type { Pause } from "#gate/failure/pause.ts";
import type { Coverage } from "#gate/scope/coverage.ts";
import type { CheckedFinding } from "#gate/verdict/finding.ts";
import type { Verdict } from "#gate/verdict/verdict.ts";

/** What a completed review was, as far as messages tell of it. */
export type ReviewReport = {
  readonly verdict: Verdict;
  readonly findings: readonly CheckedFinding[];
  readonly coverage: Coverage;
  readonly model: string;
  readonly seconds: number;
  readonly tokens: number;
  /** Where nobody was asked now: the receipt of the review that gave exactly this change its verdict. */
  readonly known?: string | undefined;
};

/** What a Stop's messages are made of, beside its outcome. */
export type StopReport = {
  /** What a person types to call the command line here: it need not be on PATH. */
  readonly command: string;
  /** By what a person names the receipt, where one was written. */
  readonly receipt: string | undefined;
  /** The top of the work tree that was looked at. */
  readonly root: string | undefined;
  readonly review: ReviewReport | undefined;
  /** What an earlier review left open, where this stop had none of its own. */
  readonly open?: Verdict | undefined;
  /** The user was told of them, and what to do, at the stop before. */
  readonly again?: boolean;
  readonly failure: Failure | undefined;
  /** Why nobody is asked: now, or after this failure for a while. */
  readonly pause?: Pause | undefined;
  /** Set on the first review in a repository: what is sent where, said once. */
  readonly firstReview: { readonly provider: string } | undefined;
};

export type MessageLevel = "quiet" | "normal" | "verbose";
export type StopSettings = { readonly messages: MessageLevel };
