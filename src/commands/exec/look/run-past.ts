import type { Contract } from "#gate/contract/contract.ts";
import type { RunReport } from "#gate/contract/run-seen.ts";
import type { Before } from "./look-before.ts";

/** A run that is over: nothing of Codex lives any more. */
export type RunPast = {
  readonly contract: Contract;
  readonly before: Before;
  readonly report: Pick<RunReport, "threadId" | "end" | "answer">;
  /** As `accountKindOf` says. */
  readonly account: string;
};
