import { revisions } from "#git/notes/commit-range.ts";
import { committedSteps } from "#git/notes/committed-steps.ts";
import { shownPath } from "#git/path-bytes.ts";
import type { Repository } from "#git/repository.ts";
import type { StoredReceipt } from "#runs/receipts/receipt-files.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Returns those of the receipts that have to do with what is committed at HEAD: since they were written
 * some commit changed one of their paths. It is not asked for the very contents, for a rebase makes new
 * ones. What was only ever tried tells nobody its names.
 *
 * @throws GitFault
 */
export async function committedReceipts(
  repository: Repository,
  receipts: readonly StoredReceipt[],
  signal: AbortSignal,
): Promise<readonly StoredReceipt[]> {
  const oldest = receipts.map(({ receipt }) => receipt.at).sort()[0];
  if (oldest === undefined) return [];
  const since = new Date(Date.parse(oldest) - DAY_MS).toISOString();
  const commits = await revisions(repository, [`--since=${since}`, "HEAD"], signal);
  const steps = await committedSteps(repository, commits, signal);
  const changed = new Set(steps.map(({ path }) => shownPath(path)));
  return receipts.filter(({ receipt }) =>
    receipt.scope?.shown.some(({ path, oldPath }) => changed.has(path) || changed.has(oldPath ?? path)),
  );
}
