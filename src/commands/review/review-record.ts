import { digestOf, sha256 } from "#base/digest.ts";
import { clip } from "#base/text.ts";
import type { SandboxProbe } from "#codex/review/sandbox-probe.ts";
import { INSTRUCTIONS_DIGEST, PROMPT_VERSION } from "#gate/prompt/instructions.ts";
import { redacted } from "#gate/redact/redact.ts";
import { readingRecord } from "#gate/verdict/reading.ts";
import type { ReceiptReview } from "#runs/receipts/receipt.ts";
import type { Conversation } from "./converse.ts";
import type { Reviewer } from "./open-reviewer.ts";
import type { TurnEvidence } from "./turn-evidence.ts";
import type { ShownToReviewer } from "./what-to-show.ts";

/** A receipt is kept for good: what is longer stands in the rollout. */
const MOST_COMMANDS = 200;
const LONGEST_COMMAND = 2_000;

/** What a record is made of. */
export type Reviewed = {
  readonly reviewer: Reviewer;
  readonly conversation: Conversation;
  readonly shown: ShownToReviewer;
  readonly evidence: TurnEvidence;
};

/** Returns what a receipt keeps of a review: who answered, under which conditions, and the proof that it ran. */
export function reviewRecord({ reviewer, conversation, shown, evidence }: Reviewed): ReceiptReview {
  const { options, server, thread } = reviewer;
  const { turns, nonce, prompt, answer } = conversation;
  const commands = turns.flatMap((turn) => [
    ...turn.commands,
    ...turn.leftRunning.map(({ command }) => command),
  ]);
  const {
    scopes: [scope],
    round,
  } = shown;
  return {
    round: round.kind === "first" ? 1 : round.number,
    threadId: thread.id,
    turnIds: turns.map(({ id }) => id),
    responseIds: [...evidence.responseIds],
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
    // As it was sent: half a character is replaced on the way (`runTurn`).
    promptDigest: digestOf([INSTRUCTIONS_DIGEST, prompt.replace(/\p{Cs}/gu, "\ufffd")]),
    patchDigest: sha256(scope.files.map(({ patch }) => patch).join("")),
    nonce,
    rollout: evidence.rollout,
    reading: readingRecord(evidence.reading),
    usage: usageOf(turns),
    commands: commands.slice(0, MOST_COMMANDS).map(({ command, exitCode }) => ({
      command: clip(redacted(command).text, LONGEST_COMMAND),
      exitCode: exitCode ?? null,
    })),
    commandsLeftOut: Math.max(0, commands.length - MOST_COMMANDS),
    corrected: turns.length > 1,
    decision: answer?.decision ?? null,
  };
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
