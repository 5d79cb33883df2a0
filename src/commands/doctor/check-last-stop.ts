import { count } from "#base/text.ts";
import { momentText, outcomeText } from "#commands/receipt-row.ts";
import { sessionsAtWork } from "#commands/sessions-at-work.ts";
import { receiptHandle } from "#runs/receipt.ts";
import { listReceipts } from "#runs/receipts.ts";
import { type Check, check, type Examined } from "./check.ts";

/** When the gate last decided about a stop, and what live sessions wait for. */
export async function checkLastStop({ locations, now }: Examined): Promise<readonly Check[]> {
  const { receipts } = await listReceipts(locations, { limit: 1 });
  const live = sessionsAtWork(locations, now);
  const late = live.filter(({ baseline }) => baseline === undefined);
  const detail = [
    ...(live.length === 0 ? [] : [`${count(live.length, "session")} can still come to a stop`]),
    ...late.map(
      ({ session_id, baselineMissing }) =>
        `session ${session_id} has no baseline (${baselineMissing ?? "it is not known why"}): its next stop takes one, the change after it is the first to be reviewed`,
    ),
  ];
  const latest = receipts[0]?.receipt;
  if (latest === undefined) {
    const what = "Never evaluated: no stop was decided about yet";
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
