import { type ContractCheck, fails, holds } from "./contract-check.ts";
import type { RunReport } from "./run-seen.ts";

/** Codex ran, by its events: what ended it early is the failure, whatever else is missing for it. */
export function turnChecks({ end, threadId }: RunReport): readonly ContractCheck[] {
  const named =
    threadId === undefined
      ? fails("thread", "turn_incomplete", "Codex named no thread")
      : holds("thread", `thread ${threadId}`);
  if (end.kind === "completed") return [named, holds("turn", "the turn was completed")];
  const { failure } = end;
  return [{ name: "turn", detail: failure.detail, failure }, named];
}
