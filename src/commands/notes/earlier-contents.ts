import type { ObjectId } from "#base/ids.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";
import type { StoredReceipt } from "#runs/receipts/receipt-files.ts";

/** A path that a review was shown, as its receipt has it. */
export type ShownPath = NonNullable<Receipt["scope"]>["shown"][number];

/** Tells from which contents signed steps lead to what a path was before it was shown. */
export type EarlierContents = (shown: ShownPath) => readonly ObjectId[];

/** A path that is edited at every stop: the latest of its contents do. */
const MOST = 20;

/** Returns what the receipts, taken together, say of the contents before each that they sign. */
export function earlierContents(receipts: readonly StoredReceipt[]): EarlierContents {
  const before = new Map<string, ObjectId[]>();
  for (const { path, old, new: blob } of receipts.flatMap(editsOf)) {
    if (old === null || blob === null) continue;
    const key = contentKey(path, blob);
    before.set(key, [...(before.get(key) ?? []), old]);
  }
  return ({ path, old }) => {
    const found = new Set<ObjectId>();
    let next = old === null ? [] : [old];
    while (next.length > 0 && found.size < MOST) {
      const earlier = next.flatMap((blob) => before.get(contentKey(path, blob)) ?? []);
      next = [...new Set(earlier)].filter((blob) => !found.has(blob) && blob !== old);
      for (const blob of next) found.add(blob);
    }
    return [...found].slice(0, MOST);
  };
}

/** What was shown whole, as it is, and under its own name. */
function editsOf({ receipt: { scope } }: StoredReceipt): readonly ShownPath[] {
  const redacted = new Set(scope?.redacted.map(({ path }) => path));
  const shown = scope?.shown ?? [];
  return shown.filter(({ path, oldPath, part }) => !part && oldPath === undefined && !redacted.has(path));
}

function contentKey(path: string, blob: string): string {
  return JSON.stringify([path, blob]);
}
