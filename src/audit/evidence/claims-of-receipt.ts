import { canonicalJson } from "#base/json.ts";
import { homeOfRollout } from "#codex/rollout/list-rollouts.ts";
import { PROMPT_VERSION } from "#gate/prompt/instructions.ts";
import type { Receipt, ReceiptReview } from "#runs/receipts/receipt.ts";
import type { RunClaims } from "./run-claims.ts";

/** Returns what a receipt says of Codex, or `undefined` where it says that nobody was asked. */
export function claimsOfReceipt(receipt: Receipt): RunClaims | undefined {
  const { review } = receipt;
  if (review === null) return undefined;
  const began = Date.parse(receipt.at);
  return {
    id: receipt.id,
    source: "gate-review",
    threadId: review.threadId,
    resumed: review.resumed,
    turnIds: review.turnIds,
    cwd: receipt.repository?.root,
    codexHome: homeOfRollout(review.rollout?.path ?? ""),
    cliVersion: review.cliVersion,
    model: review.model ?? undefined,
    modelProvider: review.modelProvider ?? undefined,
    effort: review.effort ?? undefined,
    // Whatever its own name: a reviewer never writes.
    sandbox: "read-only",
    responseIds: review.responseIds,
    tokens: review.usage ?? undefined,
    commands: review.commands.map(({ command, exitCode }) => ({ command, exitCode: exitCode ?? undefined })),
    commandsLeftOut: review.commandsLeftOut,
    prompt: promptOf(review),
    answer: {
      kind: "verdict",
      nonce: review.nonce,
      decision: review.decision,
      findings: findingsOf(receipt),
    },
    target: undefined,
    completed: true,
    began,
    ended: began + receipt.seconds * 1_000,
    rollouts: review.rollout === null ? [] : [{ threadId: review.threadId, seal: review.rollout }],
    noRollout: review.rollout === null ? "Codex had written no file of the thread" : undefined,
  };
}

/** The instructions of another version are not known here. */
function promptOf({ promptVersion, promptDigest }: ReceiptReview): RunClaims["prompt"] {
  return promptVersion === PROMPT_VERSION ? { form: "gate", digest: promptDigest } : undefined;
}

function findingsOf({ findings }: Receipt): readonly string[] {
  return findings.map(({ finding }) => canonicalJson(finding));
}
