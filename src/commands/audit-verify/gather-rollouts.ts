import type { RolloutEvidence } from "#audit/evidence/evidence.ts";
import type { PromptClaim, RunClaims } from "#audit/evidence/run-claims.ts";
import { digestOf, sha256 } from "#base/digest.ts";
import { errorCode, errorText } from "#base/fault.ts";
import { rolloutPaths } from "#codex/rollout/rollout.ts";
import { type RolloutFacts, readRolloutFacts } from "#codex/rollout/rollout-facts.ts";
import { INSTRUCTIONS_DIGEST } from "#gate/prompt/instructions.ts";
import { rolloutDoubts } from "./rollout-doubts.ts";

type Claimed = RunClaims["rollouts"][number];

/**
 * Looks for each rollout that a record names, in the given homes of Codex, and reads what its sealed part
 * says. Where there are several files of a thread, the one that fits the seal answers.
 *
 * @throws `signal`'s reason.
 */
export async function gatherRollouts(
  claims: RunClaims,
  homes: readonly string[],
  signal: AbortSignal,
): Promise<readonly RolloutEvidence[]> {
  const found: RolloutEvidence[] = [];
  for (const rollout of claims.rollouts) found.push(await gatherOne(claims, rollout, { homes, signal }));
  return found;
}

type Search = { readonly homes: readonly string[]; readonly signal: AbortSignal };

async function gatherOne(claims: RunClaims, rollout: Claimed, search: Search): Promise<RolloutEvidence> {
  const { threadId, seal } = rollout;
  const none = { threadId, facts: undefined, doubts: [] };
  const found: RolloutFacts[] = [];
  try {
    for (const path of new Set(search.homes.flatMap((home) => [...rolloutPaths(home, threadId)]))) {
      const facts = await factsIfThere(path, claims, { ...search, rollout });
      if (facts !== undefined) found.push(facts);
    }
    const own = found.find(({ read }) => read.bytes === seal.bytes && read.sha256 === seal.sha256);
    const last = found.at(-1);
    if (last === undefined) return { ...none, seal: { kind: "missing" } };
    if (own === undefined) return { ...none, seal: { kind: "changed" }, facts: last };
    const kind = own.read.size === seal.bytes ? "intact" : "appended";
    return { threadId, seal: { kind }, facts: own, doubts: await rolloutDoubts(own, found, search.signal) };
  } catch (error) {
    search.signal.throwIfAborted();
    return { ...none, seal: { kind: "unchecked", detail: errorText(error) } };
  }
}

/** Codex may move a file to its archive just now. */
async function factsIfThere(
  path: string,
  { threadId, turnIds, prompt }: RunClaims,
  { rollout, signal }: Search & { readonly rollout: Claimed },
): Promise<RolloutFacts | undefined> {
  const ofThread = rollout.threadId === threadId ? { turnIds } : {};
  const reading = { bytes: rollout.seal.bytes, digestOfPrompt: digestFor(prompt), ...ofThread };
  try {
    return await readRolloutFacts(path, reading, signal);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The gate's own digest is that of its prompt under its instructions (`reviewRecord`). */
function digestFor(prompt: PromptClaim | undefined): (text: string) => string {
  return prompt?.form === "gate" ? (text) => digestOf([INSTRUCTIONS_DIGEST, text]) : sha256;
}
