import { revisions } from "#git/notes/commit-range.ts";
import { committedSteps } from "#git/notes/committed-steps.ts";
import { shownPath } from "#git/path-bytes.ts";
import type { Repository } from "#git/repository.ts";
import type { StoredReceipt } from "#runs/receipt-files.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Returns those of the receipts that have to do with what is committed at HEAD: their contents stand in
 * some commit, or signed ones that do grew out of them. What was only ever tried tells nobody its names.
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
  const wanted = new Set(steps.map(({ path, newBlob }) => contentKey(shownPath(path), newBlob ?? null)));
  const chosen = new Set<StoredReceipt>();
  for (let before = -1; chosen.size > before; ) {
    before = chosen.size;
    for (const stored of receipts) {
      if (chosen.has(stored) || !leadsTo(stored, wanted)) continue;
      chosen.add(stored);
      for (const key of beginnings(stored)) wanted.add(key);
    }
  }
  return receipts.filter((stored) => chosen.has(stored));
}

function leadsTo({ receipt }: StoredReceipt, wanted: ReadonlySet<string>): boolean {
  return (receipt.scope?.shown ?? []).some(({ path, new: blob }) => wanted.has(contentKey(path, blob)));
}

function beginnings({ receipt }: StoredReceipt): readonly string[] {
  const shown = receipt.scope?.shown ?? [];
  return shown.flatMap(({ path, oldPath, old }) => (old === null ? [] : [contentKey(oldPath ?? path, old)]));
}

function contentKey(path: string, blob: string | null): string {
  return JSON.stringify([path, blob]);
}
