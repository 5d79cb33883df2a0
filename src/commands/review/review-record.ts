import { existsSync } from "node:fs";
import { digestOf, sha256 } from "#base/digest.ts";
import { sealRollout } from "#codex/rollout.ts";
import { readRolloutTurn } from "#codex/rollout-turn.ts";
import type { SandboxProbe } from "#codex/sandbox-probe.ts";
import { INSTRUCTIONS_DIGEST, PROMPT_VERSION } from "#gate/instructions.ts";
import type { ReceiptReview, RolloutSeal } from "#runs/receipt.ts";
import type { Conversation } from "./converse.ts";
import type { Reviewer } from "./open-reviewer.ts";
import type { ShownToReviewer } from "./what-to-show.ts";

/** Returns what a receipt keeps of a review: who answered, under which conditions, and the proof that it ran. */
export async function reviewRecord(
  { options, server, thread }: Reviewer,
  { turns, nonce, prompt, answer }: Conversation,
  { scopes: [shown], round }: ShownToReviewer,
): Promise<ReceiptReview> {
  const rollout = await sealed(thread.rolloutPath);
  return {
    round: round.kind === "first" ? 1 : round.number,
    threadId: thread.id,
    turnIds: turns.map(({ id }) => id),
    responseIds: rollout === null ? [] : await responseIds(rollout, turns),
    resumed: thread.resumed,
    model: thread.model,
    modelProvider: thread.modelProvider,
    effort: thread.effort,
    cliVersion: server.version,
    codexPath: options.installation.path,
    serverKind: server.kind,
    notShared: server.notShared ?? null,
    sandbox: thread.sandbox,
    noShell: thread.sandbox === "inline" ? noShell(thread.probe) : null,
    instructionSources: [...thread.instructionSources],
    promptVersion: PROMPT_VERSION,
    promptDigest: digestOf([INSTRUCTIONS_DIGEST, prompt]),
    patchDigest: sha256(shown.files.map(({ patch }) => patch).join("")),
    nonce,
    rollout,
    usage: usageOf(turns),
    commands: turns.flatMap(({ commands }) =>
      commands.map(({ command, exitCode }) => ({ command, exitCode: exitCode ?? null })),
    ),
    corrected: turns.length > 1,
    decision: answer?.decision ?? null,
  };
}

/** A verdict is not lost with its evidence: a receipt without a seal is said to be unproven. */
async function sealed(path: string | undefined): Promise<RolloutSeal | null> {
  return path === undefined || !existsSync(path) ? null : await sealRollout(path);
}

async function responseIds({ path, bytes }: RolloutSeal, turns: Conversation["turns"]): Promise<string[]> {
  const found = await Promise.all(turns.map(({ id }) => readRolloutTurn(path, bytes, id)));
  return found.flatMap((turn) => turn.responseIds);
}

function noShell(probe: SandboxProbe): string {
  return probe.kind === "holds" ? "Codex did not take the sandbox that was asked for" : probe.detail;
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
