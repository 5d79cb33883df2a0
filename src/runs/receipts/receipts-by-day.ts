import { dayFolders } from "#runs/day-folders.ts";
import type { Locations } from "#runs/locations.ts";
import { newestNames } from "#runs/newest-names.ts";
import { type ReceiptName, receiptNameOf } from "./receipt-files.ts";

/** As names of receipts are, for very many of them. */
const RECEIPT = /^\d{8}T\d{9}Z-.+-\d{1,15}\.json$/;

/**
 * Yields the names of all receipts, the latest first, as `receiptNames` does; of a day with very many the
 * latest few cost no more than those of a day with few. For commands: it needs more code than a hook has
 * time for.
 */
export function* receiptsByDay(locations: Locations, since?: string): Generator<ReceiptName> {
  for (const { folder, day } of dayFolders(locations.receipts, since)) {
    for (const file of newestNames(locations, folder, (name) => RECEIPT.test(name))) {
      const name = receiptNameOf(folder, day, file);
      if (name !== undefined) yield name;
    }
  }
}
