import { answerCheck } from "./answer-check.ts";
import { commandsCheck } from "./command-check.ts";
import type { RecordCheck, RecordEvidence, Standing } from "./evidence.ts";
import type { RunClaims } from "./run-claims.ts";
import { settingChecks } from "./setting-checks.ts";
import { standingOf } from "./standing-of.ts";
import { rolloutChecks, threadCheck } from "./thread-checks.ts";
import { timeCheck } from "./time-check.ts";
import { endCheck, promptCheck, targetCheck, turnsCheck } from "./turn-checks.ts";
import { responsesCheck, tokensCheck } from "./usage-checks.ts";
import { type Witnesses, witnessesOf } from "./witnesses.ts";

export type Judgement = { readonly standing: Standing; readonly checks: readonly RecordCheck[] };

/** Holds what a record says of one run against all that can be known of it. */
export function judgeRecord(claims: RunClaims, evidence: RecordEvidence): Judgement {
  const witnesses = witnessesOf(claims, evidence.rollouts);
  const checks = [
    ...evidence.checks,
    ...rolloutChecks(claims, evidence.rollouts),
    ...(witnesses === undefined ? [] : contentChecks(claims, witnesses, evidence.sameFolders)),
  ];
  return { standing: standingOf(checks), checks };
}

function contentChecks(
  claims: RunClaims,
  witnesses: Witnesses,
  sameFolders: readonly string[],
): readonly RecordCheck[] {
  return [
    threadCheck(claims, witnesses),
    turnsCheck(claims, witnesses),
    endCheck(claims, witnesses),
    timeCheck(claims, witnesses),
    ...settingChecks(claims, witnesses, sameFolders),
    ...promptCheck(claims, witnesses),
    ...answerCheck(claims, witnesses),
    ...targetCheck(claims, witnesses),
    responsesCheck(claims, witnesses),
    ...tokensCheck(claims, witnesses),
    commandsCheck(claims, witnesses),
  ];
}
