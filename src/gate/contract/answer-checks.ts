import type { Contract } from "./contract.ts";
import { type ContractCheck, fails, holds } from "./contract-check.ts";
import type { RunSeen } from "./run-seen.ts";

/** Whether the answer is there where it is all that was asked for, and of the shape that was asked for. */
export function answerChecks(contract: Contract, seen: RunSeen): readonly ContractCheck[] {
  const { answer, outputs, generates } = contract;
  const isAll = outputs.length === 0 && generates === undefined;
  if (answer.format === "text" && !isAll) return [];
  if ((seen.answer ?? "").trim() === "") {
    return [fails("answer", "output_invalid", "Codex ended without a final message")];
  }
  if (answer.format === "text") return [holds("answer", "there is a final message")];
  if (seen.answerFault !== undefined) return [fails("answer", "output_invalid", seen.answerFault)];
  return [holds("answer", "it is JSON as its schema says")];
}
