import type { Coverage } from "#gate/coverage.ts";
import type { ReceiptDraft } from "#runs/receipt.ts";

type ReceiptScope = NonNullable<ReceiptDraft["scope"]>;

/** Returns what a receipt keeps of a coverage: each path with the blobs that a signature is about. */
export function receiptScope({ shown, partly, notCovered, rules }: Coverage): ReceiptScope {
  const listed = (files: Coverage["shown"], part: boolean): ReceiptScope["shown"] =>
    files.map(({ path, oldPath, oldBlob, newBlob }) => ({
      path,
      ...(oldPath === null ? {} : { oldPath }),
      old: oldBlob,
      new: newBlob,
      part,
    }));
  return {
    shown: [...listed(shown, false), ...listed(partly, true)],
    notCovered: notCovered.map(({ path, why }) => ({ path, why })),
    notes: rules.map((rule) => `git's ${rule} rules changed`),
  };
}
