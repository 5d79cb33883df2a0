import { rmSync } from "node:fs";
import { join } from "node:path";
import { writeOnce } from "#base/files.ts";
import { locationsOf } from "#runs/locations.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";
import { readReceipt, receiptName, receiptNames } from "#runs/receipts/receipt-files.ts";

/**
 * Makes everything on record so much older (milliseconds), which is what the gate sees when its clock
 * has gone on. The receipts are rewritten: their chains hold no more.
 */
export function ageReceipts(state: string, ms: number): void {
  const locations = locationsOf({ COUNTERSIGN_HOME: state }, "/", "linux");
  for (const name of [...receiptNames(locations)]) {
    const read = readReceipt(name);
    if (!("receipt" in read)) throw new Error(`${name.path}: ${read.detail}`);
    const receipt = aged(read.receipt, ms);
    const { id, path } = receiptName(locations, receipt.session, receipt.n, new Date(receipt.at));
    rmSync(name.path);
    if (!writeOnce(path, JSON.stringify({ ...receipt, id }, null, 2))) throw new Error(`${path} is taken`);
  }
  rmSync(join(locations.root, "requests"), { recursive: true, force: true });
}

function aged(receipt: Receipt, ms: number): Receipt {
  const { failure, paused } = receipt;
  return {
    ...receipt,
    at: new Date(Date.parse(receipt.at) - ms).toISOString(),
    failure: failure && {
      ...failure,
      ...earlier(failure, "resetsAt", ms),
      ...earlier(failure, "retryAt", ms),
    },
    ...(paused?.kind === "breaker"
      ? { paused: { ...paused, since: paused.since - ms, until: paused.until - ms } }
      : {}),
  };
}

function earlier(
  failure: Readonly<Record<string, unknown>>,
  key: string,
  ms: number,
): Readonly<Record<string, number>> {
  const time = failure[key];
  return typeof time === "number" ? { [key]: time - ms } : {};
}
