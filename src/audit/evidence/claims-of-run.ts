import { sha256 } from "#base/digest.ts";
import { stageOfFailure } from "#gate/contract/failure-stage.ts";
import type { RunBegun, RunEnded } from "#runs/records/run-record.ts";
import type { AnswerClaim, RunClaims } from "./run-claims.ts";

/** Returns what the record of an ended run says of Codex, or `undefined` where it says that no turn began. */
export function claimsOfRun(begun: RunBegun, ended: RunEnded): RunClaims | undefined {
  if (ended.threadId === null && ended.turnIds.length === 0 && ended.rollouts.length === 0) return undefined;
  return {
    id: begun.id,
    source: begun.kind,
    threadId: ended.threadId ?? undefined,
    resumed: begun.resumes !== null,
    turnIds: ended.turnIds,
    cwd: begun.cwd,
    codexHome: begun.codexHome,
    cliVersion: ended.cliVersion ?? undefined,
    model: ended.model ?? undefined,
    modelProvider: ended.modelProvider ?? undefined,
    effort: ended.effort ?? undefined,
    sandbox: ended.sandbox ?? undefined,
    responseIds: ended.responseIds,
    tokens: ended.usage ?? undefined,
    commands: ended.commands.map(({ command, exitCode }) => ({ command, exitCode: exitCode ?? undefined })),
    commandsLeftOut: ended.commandsLeftOut,
    prompt: promptOf(begun),
    answer: answerOf(ended),
    target: begun.target ?? undefined,
    completed: isCompleted(ended.outcome),
    began: Date.parse(begun.at),
    ended: Date.parse(ended.at),
    rollouts: ended.rollouts,
    noRollout: ended.noRollout ?? undefined,
  };
}

/** Codex words the prompt of a review itself, but for one with instructions. */
function promptOf({ kind, target, promptDigest }: RunBegun): RunClaims["prompt"] {
  const isOurs = kind !== "review" || target?.kind === "custom";
  return isOurs ? { form: "text", digest: promptDigest } : undefined;
}

function answerOf({ answer }: RunEnded): AnswerClaim {
  return answer === null ? { kind: "none" } : { kind: "text", digest: sha256(answer) };
}

/** Absent where it ended in a way that can meet a turn at its very end. */
function isCompleted(outcome: RunEnded["outcome"]): boolean | undefined {
  if (outcome.kind === "succeeded") return true;
  const stage = stageOfFailure(outcome.failure.kind);
  if (stage === "after") return true;
  return stage === "turn" ? false : undefined;
}
