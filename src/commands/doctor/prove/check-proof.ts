import { clip, oneLine } from "#base/text.ts";
import type { RegisteredHook } from "#claude/settings.ts";
import { type Check, check, type Examined, worst } from "#commands/doctor/check.ts";
import { registrationsIn, whyNoneStops } from "#commands/doctor/registrations.ts";
import { receiptHandle } from "#runs/receipts/receipt.ts";
import { hookBytes } from "./hook-bytes.ts";
import { judgeTrial } from "./judge-trial.ts";
import { type FiredEvent, runTrial, type Trial } from "./run-trial.ts";
import { makeTrialWorld } from "./trial-world.ts";

const ANSWER_LENGTH = 400;

/**
 * Fires a stop through every registered Stop hook, in a repository of its own, with a model that is
 * played on loopback: the gate is armed where a planted line reaches the reviewer and holds it back.
 */
export async function checkProof(examined: Examined, signal: AbortSignal): Promise<readonly Check[]> {
  const found = registrationsIn(examined);
  const { running, environment } = found;
  const stops = running.filter(({ event }) => event === "Stop");
  if (stops.length === 0) {
    const what = `Not armed: no Stop hook of ours would run, for ${whyNoneStops(found)}`;
    return [check("proof", "broken", { what, next: 'See "hooks" above.' })];
  }
  const own = stops.find(leadsElsewhere);
  if (own !== undefined) {
    const what = `Not tried: this hook's line sets its own places, so that a proof would write there: ${own.command}`;
    const next = 'Set them in the settings\' "env" instead, then prove it again.';
    return [check("proof", "unknown", { what, next })];
  }
  const place = { running, examined: { ...examined, environment } };
  const world = await makeTrialWorld(examined, signal);
  const checks: Check[] = [];
  try {
    for (const stop of stops) {
      checks.push(...proofOf(await runTrial(stop, { ...place, world }, signal), place.examined));
    }
  } finally {
    await world.close();
  }
  return checks;
}

/** What a line sets for itself cannot be led into the trial's world from outside. */
function leadsElsewhere({ command, args }: RegisteredHook): boolean {
  return /\b(?:COUNTERSIGN_HOME|CODEX_HOME)\s*=|\benv\s+(?:-\w*i|--ignore-environment)\b/.test(
    [command, ...args].join(" "),
  );
}

function proofOf(trial: Trial, examined: Examined): readonly Check[] {
  const verdict = judgeTrial(trial);
  const slipped = trial.fired.flatMap(({ hook, fired }) =>
    fired.kind === "failed" && hook.event !== "Stop" ? [`${hook.event} failed: ${fired.why}`] : [],
  );
  const detail = [
    ...trial.fired.map(eventLine),
    ...answerLines(trial.stop),
    ...receiptLines(trial),
    `the played model ${trial.shown ? "was shown" : "was not shown"} the planted line; no other was asked`,
    ...hookBytes(trial.stop.hook, examined),
  ];
  if (verdict.kind === "not-armed") {
    const next =
      'Mend what the reason names ("hooks", "launcher", "codex" and "configuration" above say more), then prove it again.';
    return [
      check("proof", "broken", { what: `Not armed: ${verdict.why}`, detail: [...slipped, ...detail], next }),
    ];
  }
  const state = worst([slipped.length > 0 ? "warning" : "ok"]);
  const what = `Armed: ${verdict.how}${slipped.length > 0 ? `, but ${slipped.join("; ")}` : ""}`;
  return [
    check("proof", state, {
      what,
      detail,
      ...(slipped.length > 0 ? { next: "Run `countersign setup`." } : {}),
    }),
  ];
}

function eventLine({ hook, fired }: FiredEvent): string {
  return `${hook.event} by ${hook.scope} settings, ${fired.seconds.toFixed(1)} s: ${[hook.command, ...hook.args].join(" ")}`;
}

function answerLines({ fired }: FiredEvent): readonly string[] {
  return fired.kind === "failed"
    ? []
    : [`the stop was answered ${clip(oneLine(fired.printed), ANSWER_LENGTH)}`];
}

/** The record is gone with the trial; its digest and what it says are shown. */
function receiptLines({ receipt }: Trial): readonly string[] {
  if (receipt === undefined) return ["left no receipt"];
  const { outcome, version, review, snapshot } = receipt.receipt;
  const codex =
    review === null ? "no reviewer" : `codex ${review.cliVersion ?? "?"}, ${review.serverKind ?? "?"} server`;
  return [
    `receipt ${receiptHandle(receipt.receipt)}: ${outcome.kind}, version ${version}, ${codex}, tree ${snapshot?.tree ?? "none"} (sha256 ${receipt.digest})`,
  ];
}
