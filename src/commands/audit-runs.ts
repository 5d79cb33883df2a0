import { count } from "#base/text.ts";
import { locationsOf } from "#runs/locations.ts";
import { receiptHandle } from "#runs/receipt.ts";
import type { StoredReceipt } from "#runs/receipt-files.ts";
import { listReceipts, type ReceiptFilter, type ReceiptList } from "#runs/receipts.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "./command.ts";
import { momentText, outcomeText, reviewText } from "./receipt-row.ts";
import { sessionOption } from "./session-option.ts";
import { printTable } from "./table.ts";

const DEFAULT_LIMIT = 20;

/** `countersign audit runs`: what was decided, the latest first. */
export const auditRuns: Command = {
  name: "audit runs",
  summary: "List what the gate decided, the latest first.",
  usage: "[--session ID] [--limit N] [--json]",
  options: {
    session: { type: "string", value: "ID", help: "only this session" },
    limit: { type: "string", short: "n", value: "N", help: `at most so many (${DEFAULT_LIMIT})` },
    json: JSON_OPTION,
  },
  run: listRuns,
};

/** Exit code 0; 1 where a receipt cannot be read: it is listed, never hidden. */
async function listRuns(call: Call): Promise<number> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  const filter: ReceiptFilter = { session: sessionOption(call), limit: limitOption(call) };
  const list = await listReceipts(locations, filter);
  if (call.flags.has("json")) printJson(call, "audit-runs", jsonOf(list));
  else print(call, list);
  return list.unreadable.length === 0 ? 0 : 1;
}

function limitOption(call: Call): number {
  const text = call.texts.get("limit");
  if (text === undefined) return DEFAULT_LIMIT;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new UsageFault({ kind: "usage", text: `--limit takes a number from 1, not "${text}"` });
}

function jsonOf({ receipts, unreadable }: ReceiptList): Readonly<Record<string, unknown>> {
  return {
    receipts: receipts.map(({ name, digest, receipt }) => ({ path: name.path, digest, receipt })),
    unreadable: unreadable.map(({ name, detail }) => ({ path: name.path, detail })),
  };
}

function print(call: Call, { receipts, unreadable }: ReceiptList): void {
  if (receipts.length === 0 && unreadable.length === 0) {
    call.stderr.write(
      "No decision is on record. A receipt is written at the first stop that the gate sees.\n",
    );
    return;
  }
  printTable(call.stdout, ["time (UTC)", "outcome", "reviewed", "model", "s", "receipt"], receipts.map(row));
  for (const { name, detail } of unreadable) {
    call.stderr.write(`cannot be read: ${name.path} (${detail})\n`);
  }
  if (unreadable.length > 0) call.stderr.write(`${count(unreadable.length, "receipt")} not shown above.\n`);
}

function row({ receipt }: StoredReceipt): readonly string[] {
  return [
    momentText(receipt.at),
    outcomeText(receipt.outcome),
    reviewText(receipt),
    receipt.review?.model ?? "",
    receipt.seconds.toFixed(1),
    receiptHandle(receipt),
  ];
}
