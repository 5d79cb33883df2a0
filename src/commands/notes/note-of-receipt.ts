import { type Note, type NoteEntry, sealNote } from "#audit/signed-paths/note.ts";
import type { ObjectId } from "#base/ids.ts";
import type { Locations } from "#runs/locations.ts";
import type { Receipt, ReceiptReview } from "#runs/receipts/receipt.ts";
import { readReceipt, receiptNamed, type StoredReceipt } from "#runs/receipts/receipt-files.ts";
import type { ShownPath } from "./earlier-contents.ts";
import type { PatchesOf } from "./shown-patches.ts";

export type NoteSource = {
  readonly stored: StoredReceipt;
  readonly patchesOf: PatchesOf;
  /** The repository's first commits. */
  readonly roots: readonly ObjectId[];
};

/**
 * Returns what leaves the machine of a receipt, or `undefined` for one that signs nothing. Folders of the
 * machine, prompts, findings and contents stay.
 */
export function noteOfReceipt(locations: Locations, source: NoteSource): Note | undefined {
  const { receipt, digest } = source.stored;
  const { outcome, scope, snapshot } = receipt;
  if (outcome.kind !== "allowed" || scope === null || snapshot === null) return undefined;
  const review = reviewOf(locations, receipt);
  return sealNote({
    schema: "countersign/note/1",
    repository: [...source.roots],
    receipt: receipt.id,
    n: receipt.n,
    previous: receipt.previous,
    receiptDigest: digest,
    at: receipt.at,
    outcome: outcome.partial ? "allowed(partial)" : "allowed",
    model: review?.model ?? null,
    effort: review?.effort ?? null,
    cliVersion: review?.cliVersion ?? null,
    version: receipt.version,
    promptDigest: review?.promptDigest ?? null,
    patchDigest: review?.patchDigest ?? null,
    snapshot: snapshot.tree,
    entries: scope.shown.map((shown) => entryOf(shown, scope, source.patchesOf)),
    notCovered: scope.notCovered.map(({ path, why }) => ({ path, why })),
    leftOut: scope.leftOut.map(({ path }) => path),
  });
}

/** A verdict that was known already came from a review of exactly this change, on record elsewhere. */
function reviewOf(locations: Locations, { review, known }: Receipt): ReceiptReview | null {
  if (review !== null || known === null) return review;
  const name = receiptNamed(locations, known.receipt);
  const read = name === undefined ? undefined : readReceipt(name);
  return read !== undefined && "receipt" in read ? read.receipt.review : null;
}

type Scope = NonNullable<Receipt["scope"]>;

function entryOf(shown: ShownPath, { redacted }: Scope, patchesOf: PatchesOf): NoteEntry {
  const values = redacted.find(({ path }) => path === shown.path)?.values ?? 0;
  return {
    path: shown.path,
    ...(shown.oldPath === undefined ? {} : { from: shown.oldPath }),
    old: shown.old,
    new: shown.new,
    ...(shown.modes === undefined ? {} : { modes: shown.modes }),
    ...patchesOf(shown),
    ...(shown.part ? { part: true } : {}),
    ...(values === 0 ? {} : { redacted: values }),
  };
}
