import { digestOf, sha256 } from "#base/digest.ts";
import { sealRollout } from "#codex/rollout.ts";
import { INSTRUCTIONS_DIGEST, PROMPT_VERSION } from "#gate/instructions.ts";
import type { ShownScope } from "#gate/scope.ts";
import type { ReceiptReview } from "#runs/receipt.ts";
import type { Conversation } from "./converse.ts";
import type { Reviewer } from "./open-reviewer.ts";

/** Returns what a receipt keeps of a review: who answered, under which conditions, and the proof that it ran. */
export async function reviewRecord(
  { options, server, thread }: Reviewer,
  { turns, nonce, prompt, answer }: Conversation,
  [shown]: readonly [ShownScope, ...ShownScope[]],
): Promise<ReceiptReview> {
  return {
    threadId: thread.id,
    turnIds: turns.map(({ id }) => id),
    resumed: thread.resumed,
    model: thread.model,
    modelProvider: thread.modelProvider,
    effort: thread.effort,
    cliVersion: server.version,
    codexPath: options.installation.path,
    serverKind: server.kind,
    sandbox: thread.sandbox,
    instructionSources: [...thread.instructionSources],
    promptVersion: PROMPT_VERSION,
    promptDigest: digestOf([INSTRUCTIONS_DIGEST, prompt]),
    patchDigest: sha256(shown.files.map(({ patch }) => patch).join("")),
    nonce,
    rollout: thread.rolloutPath === undefined ? null : await sealRollout(thread.rolloutPath),
    usage: usageOf(turns),
    commands: turns.flatMap(({ commands }) =>
      commands.map(({ command, exitCode }) => ({ command, exitCode: exitCode ?? null })),
    ),
    corrected: turns.length > 1,
    decision: answer?.decision ?? null,
  };
}

function usageOf(turns: Conversation["turns"]): NonNullable<ReceiptReview["usage"]> {
  return turns.reduce(
    (sum, { usage }) => ({
      input: sum.input + usage.input,
      cachedInput: sum.cachedInput + usage.cachedInput,
      output: sum.output + usage.output,
      reasoning: sum.reasoning + usage.reasoning,
    }),
    { input: 0, cachedInput: 0, output: 0, reasoning: 0 },
  );
}
