import type { Locations } from "./locations.ts";
import { type ReceiptName, receiptNames } from "./receipt-files.ts";

/** What a part of a receipt's id leads to. */
export type ReceiptSearch =
  | { readonly kind: "found"; readonly name: ReceiptName }
  | { readonly kind: "none" }
  /** More than one begins or ends like that, the latest first. */
  | { readonly kind: "ambiguous"; readonly ids: readonly string[] };

/**
 * Returns the receipt that the text means: its whole id, the only one that begins or ends with it,
 * or the latest one for `last`. No receipt is opened.
 */
export function findReceipt(locations: Locations, text: string): ReceiptSearch {
  const alike: ReceiptName[] = [];
  for (const name of receiptNames(locations)) {
    if (name.id === text || text === "last") return { kind: "found", name };
    if (name.id.startsWith(text) || name.id.endsWith(text)) alike.push(name);
  }
  const [name] = alike;
  if (name === undefined) return { kind: "none" };
  return alike.length === 1 ? { kind: "found", name } : { kind: "ambiguous", ids: alike.map(({ id }) => id) };
}
