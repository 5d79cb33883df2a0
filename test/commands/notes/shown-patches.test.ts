import { chmodSync, cpSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { shownPatches } from "#commands/notes/shown-patches.ts";
import { findRepository } from "#git/find-repository.ts";
import { openObjectStore } from "#git/store/object-store.ts";
import { makeRepository } from "#test/scratch-repository.ts";
import { receiptDraft } from "#test/session-values.ts";

const RECEIPTS = 300;
const BROKEN = 7;

test("many receipts are compared at once, and a broken object costs its own receipt alone", async () => {
  const scratch = makeRepository();
  onTestFinished(scratch.remove);
  const signal = new AbortController().signal;
  const names = Array.from({ length: 2 * RECEIPTS }, (_none, i) => `file-${i}`);
  for (const [i, name] of names.entries()) scratch.write(name, `${Math.floor(i / 2)}\nline ${i % 2}\n`);
  const blobs = scratch
    .git("hash-object", "-w", "--", ...names)
    .split("\n")
    .map((id) => ObjectId.parse(id));
  const shownOf = (i: number) => ({
    path: `file-${i}`,
    old: blobs[2 * i] ?? null,
    new: blobs[2 * i + 1] ?? null,
    part: false,
  });
  const fileOf = (id: string | null | undefined) =>
    join(scratch.root, ".git/objects", (id ?? "").slice(0, 2), (id ?? "").slice(2));
  chmodSync(fileOf(shownOf(BROKEN).new), 0o644);
  cpSync(fileOf(shownOf(BROKEN + 1).new), fileOf(shownOf(BROKEN).new));
  const repository = await findRepository(scratch.root, signal);
  if (repository === undefined) throw new Error("no repository");
  const store = await openObjectStore(repository, join(scratch.beside, "store"), signal);
  const receipts = Array.from({ length: RECEIPTS }, (_none, i) => {
    const scope = { notCovered: [], redacted: [], leftOut: [], uncertain: [], notes: [] };
    return receiptDraft({ scope: { ...scope, shown: [shownOf(i)] } });
  });
  const patchesOf = await shownPatches(store, { receipts, earlier: () => [] }, signal);
  const without = receipts.flatMap((_one, i) => (patchesOf(shownOf(i)).patch === undefined ? [i] : []));
  expect(without).toEqual([BROKEN]);
});
