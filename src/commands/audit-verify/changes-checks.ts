import { existsSync } from "node:fs";
import { join } from "node:path";
import { fails, holds, type RecordCheck, silent } from "#audit/evidence/evidence.ts";
import { sha256 } from "#base/digest.ts";
import type { ObjectId } from "#base/ids.ts";
import { count } from "#base/text.ts";
import { failureOf } from "#commands/failure-of.ts";
import { failureLine } from "#gate/failure/failure-message.ts";
import { compareNames } from "#git/change/tree-difference.ts";
import { findRepository } from "#git/find-repository.ts";
import { shownPath } from "#git/path-bytes.ts";
import { storeAt } from "#git/store/nested-stores.ts";
import type { Locations } from "#runs/locations.ts";
import type { StoredRun } from "#runs/records/run-files.ts";
import type { RunEnded } from "#runs/records/run-record.ts";

const KEY_LENGTH = 20;

/**
 * Says whether what a run's record says to have changed is what differs between its two trees, as the
 * private store still has them. A store that is gone, with its repository or by age, says nothing.
 *
 * @throws `signal`'s reason.
 */
export async function changesChecks(
  locations: Locations,
  { begun, ended }: StoredRun,
  signal: AbortSignal,
): Promise<readonly RecordCheck[]> {
  const [from, to, claimed] = [begun.workTree?.tree, ended?.workTree?.tree, ended?.changed];
  const root = begun.workTree?.root;
  if (!from || !to || !claimed || root === undefined) return [];
  if (root !== ended?.workTree?.root) return [fails("changes", "its two trees are of different folders")];
  try {
    const found = await differenceOf(locations, { root, from, to }, signal);
    if (found === undefined) return [silent("changes", "the trees are kept no more")];
    return [sameChanges(claimed, found)];
  } catch (error) {
    signal.throwIfAborted();
    return [silent("changes", failureLine(failureOf(error)))];
  }
}

type Changes = NonNullable<RunEnded["changed"]>;
type Trees = { readonly root: string; readonly from: ObjectId; readonly to: ObjectId };

async function differenceOf(
  locations: Locations,
  { root, from, to }: Trees,
  signal: AbortSignal,
): Promise<Changes | undefined> {
  if (from === to) return [];
  const repository = existsSync(root) ? await findRepository(root, signal) : undefined;
  if (repository === undefined) return undefined;
  const store = storeAt(join(locations.objects, sha256(repository.commonDirectory).slice(0, KEY_LENGTH)));
  if (!existsSync(store.objects)) return undefined;
  const entries = await compareNames({ store, from, to }, signal);
  return entries.map(({ path, oldBlob, newBlob }) => {
    return { path: shownPath(path), old: oldBlob ?? null, new: newBlob ?? null };
  });
}

function sameChanges(claimed: Changes, found: Changes): RecordCheck {
  const known = new Set(found.map(keyOf));
  const other = claimed.find((change) => !known.has(keyOf(change)));
  if (other !== undefined) return fails("changes", `the trees do not differ like this in ${other.path}`);
  if (claimed.length === found.length) return holds("changes", count(found.length, "file"));
  return fails(
    "changes",
    `the trees differ in ${count(found.length, "file")}, the record has ${claimed.length}`,
  );
}

function keyOf({ path, old, new: to }: Changes[number]): string {
  return JSON.stringify([path, old, to]);
}
