import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { findRepository } from "#git/find-repository.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import { openObjectStore } from "#git/store/object-store.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

const PAIRS = 15;
const FILES_PER_FOLDER = 25;

/** A snapshot where nothing changed since the last, each paired with a `git status` of the same tree. */
test.each([20_000, 100_000])("an unchanged repository of %i files", async (count) => {
  const scratch = makeRepository();
  onTestFinished(scratch.remove, 300_000);
  vi.stubEnv("HOME", scratch.home);
  await fill(scratch, count);
  const signal = new AbortController().signal;
  const repository = await findRepository(scratch.root, signal);
  if (repository === undefined) throw new Error("no repository");
  const store = await openObjectStore(repository, join(scratch.beside, "store"), signal);
  const snapshot = async (): Promise<number> => {
    const begun = performance.now();
    await takeSnapshot(repository, store, signal);
    return performance.now() - begun;
  };
  const status = (): number => {
    const begun = performance.now();
    expect(scratch.git("status", "--porcelain")).toBe("");
    return performance.now() - begun;
  };
  status();
  await snapshot();
  const pairs: { status: number; snapshot: number }[] = [];
  while (pairs.length < PAIRS) pairs.push({ status: status(), snapshot: await snapshot() });
  const ratios = pairs.map((pair) => pair.snapshot / pair.status);
  const figures = [
    `${count} files`.padEnd(16),
    `snapshot ${median(pairs.map((pair) => pair.snapshot)).toFixed(0)} ms,`,
    `git status ${median(pairs.map((pair) => pair.status)).toFixed(0)} ms,`,
    `ratio by pair ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)};`,
    `medians of ${PAIRS})\n`,
  ];
  process.stdout.write(figures.join(" "));
});

/**
 * Commits that many small files, and has git write its index anew in a later second than the last
 * of them. Git puts what it holds to be big into a pack at once: that is soon made and removed.
 */
async function fill(scratch: ScratchRepository, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const folder = Math.floor(i / FILES_PER_FOLDER);
    const path = `src/part-${folder % 50}/folder-${Math.floor(folder / 50)}/file-${i % FILES_PER_FOLDER}.ts`;
    scratch.write(path, `export const value${i} = ${i};\n`.repeat(4));
  }
  scratch.git("config", "gc.auto", "0");
  scratch.git("-c", "core.bigFileThreshold=1", "add", "--all");
  scratch.commit("all");
  await setTimeout(2000);
  scratch.git("update-index", "--refresh", "--force-write-index");
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
