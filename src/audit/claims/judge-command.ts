import type { CodexClaim } from "#claude/delegations/delegation.ts";
import { isWork, type Resting, restingOn, type Standing, timeOf } from "./resting.ts";

type CommandClaim = Extract<CodexClaim, { kind: "command" }>;

/** Returns what stands behind a skill or slash command: what was called after it and before a person spoke again. */
export function judgeCommand(claim: CommandClaim, { said, judged }: Standing): Resting {
  const from = timeOf(claim);
  const until = said.prompts.find((prompt) => prompt > from) ?? Number.POSITIVE_INFINITY;
  const after = judged.filter((one) => {
    const at = timeOf(one.claim);
    return isWork(one) && at >= from && at <= until;
  });
  return restingOn(after, "no-call-after");
}
