import { fails, holds, type RecordCheck, same, silent, unclaimed, unknown } from "./evidence.ts";
import type { ClaimedTokens, RunClaims } from "./run-claims.ts";
import type { Witnesses } from "./witnesses.ts";

const NO_TOKENS: ClaimedTokens = { input: 0, cachedInput: 0, output: 0, reasoning: 0 };

/** Says whether the provider's ids of its answers are those on record. 0.140 keeps none. */
export function responsesCheck({ responseIds }: RunClaims, { speaking, gaps }: Witnesses): RecordCheck {
  if (speaking.length === 0) return unknown("responses", "there is no turn to look at");
  const found = speaking.flatMap((turn) => turn.responseIds);
  if (responseIds.length === 0 && found.length === 0) return silent("responses", "none is on record");
  const claimed = responseIds.join(", ");
  const isSame = JSON.stringify(responseIds) === JSON.stringify(found);
  if (isSame) return holds("responses", claimed);
  const leftOut = gaps || speaking.some((turn) => turn.leftOut > 0);
  if (leftOut) return unknown("responses", "not all of them could be read");
  return fails(
    "responses",
    `the record says ${claimed || "none"}, Codex's file says ${found.join(", ") || "none"}`,
  );
}

/** Says whether the tokens add up. A turn that was never answered has none on record. */
export function tokensCheck(
  { tokens, source }: RunClaims,
  { speaking, gaps }: Witnesses,
): readonly RecordCheck[] {
  if (tokens === undefined) {
    const told = speaking.some(({ usage }) => usage !== undefined);
    return told ? unclaimed("tokens", source, "how many") : [];
  }
  if (gaps) return [unknown("tokens", "not all of the file could be read")];
  if (speaking.length === 0) return [unknown("tokens", "there is no turn to look at")];
  const found = speaking.reduce((sum, { usage }) => sumOf(sum, usage ?? NO_TOKENS), NO_TOKENS);
  return [same("tokens", textOf(tokens), textOf(found))];
}

function sumOf(one: ClaimedTokens, other: ClaimedTokens): ClaimedTokens {
  return {
    input: one.input + other.input,
    cachedInput: one.cachedInput + other.cachedInput,
    output: one.output + other.output,
    reasoning: one.reasoning + other.reasoning,
  };
}

function textOf({ input, cachedInput, output, reasoning }: ClaimedTokens): string {
  return `${input} in (${cachedInput} cached), ${output} out (${reasoning} reasoning)`;
}
