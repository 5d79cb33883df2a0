import { count } from "#base/text.ts";
import { effectiveConfigOf } from "#commands/effective-config.ts";
import { momentText, outcomeText } from "#commands/receipt-row.ts";
import { openBreakers } from "#commands/review/breaker-now.ts";
import { budgetNow } from "#commands/review/budget-now.ts";
import { sessionsAtWork } from "#commands/sessions-at-work.ts";
import { pauseText } from "#gate/failure/pause-text.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { receiptHandle } from "#runs/receipts/receipt.ts";
import { lastStop } from "#runs/receipts/receipts.ts";
import { type Check, check, type Examined } from "./check.ts";
import { registrationsIn } from "./registrations.ts";

/** Whether anybody would be asked now: repeated failures and a used-up budget pause the calls. */
export async function checkPauses(examined: Examined): Promise<readonly Check[]> {
  const { locations, now, cwd } = examined;
  const { config } = effectiveConfigOf(examined, locations, workTreeRoot(cwd));
  const budget = budgetNow(locations, config, now.getTime());
  const pauses = openBreakers(locations, now.getTime());
  const detail = pauses.map(({ pause, version }) => `codex ${version}: ${pauseText(pause)}`);
  if (budget !== undefined) {
    const next = "Wait, or raise `budget`; what is not reviewed meanwhile stays unsigned.";
    return [check("pauses", "broken", { what: pauseText(budget), detail, next })];
  }
  if (pauses.length > 0) {
    const next = "Mend the cause, then `countersign on` has it tried again at once.";
    return [check("pauses", "broken", { what: "A reviewer is not asked for a while", detail, next })];
  }
  return [check("pauses", "ok", { what: "None: the next stop that needs a review asks for it" })];
}

/** When the gate last decided about a stop, and what live sessions wait for. */
export async function checkLastStop(examined: Examined): Promise<readonly Check[]> {
  const { locations, now } = examined;
  const live = sessionsAtWork(locations, now);
  const late = live.filter(({ baseline }) => baseline === undefined);
  const detail = [
    ...(live.length === 0 ? [] : [`${count(live.length, "session")} can still come to a stop`]),
    ...late.map(
      ({ session_id, baselineMissing }) =>
        `session ${session_id} has no baseline (${baselineMissing ?? "it is not known why"}): its next stop takes one, the change after it is the first to be reviewed`,
    ),
  ];
  const latest = (await lastStop(locations))?.receipt;
  if (latest === undefined) {
    const what = "Never evaluated: no stop was decided about yet";
    // Without a hook no stop will be: what to do about that stands beside the hooks.
    if (registrationsIn(examined).running.length === 0) return [check("last stop", "ok", { what, detail })];
    const next =
      "Sessions that run already are covered from their next stop on; `countersign doctor --prove` tries it now.";
    return [check("last stop", "ok", { what, detail, next })];
  }
  const { at, outcome, failure } = latest;
  const what = `${momentText(at)} UTC: ${outcomeText(outcome)}, receipt ${receiptHandle(latest)}`;
  if (failure === null) return [check("last stop", "ok", { what, detail })];
  const next = `\`countersign why ${receiptHandle(latest)}\` says more.`;
  return [check("last stop", "warning", { what, detail, next })];
}
