import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { afterAll, expect, test } from "vitest";
import { locationsOf } from "#runs/locations.ts";
import { layManyRecords, type RecordCrowd } from "#test/many-records.ts";
import { COUNTERSIGN } from "#test/run-countersign.ts";

const ROUNDS = 25;
const base = realpathSync(mkdtempSync(join(tmpdir(), "countersign-bench-")));

afterAll(() => rmSync(base, { recursive: true, force: true }));

const FEW: RecordCrowd = { receipts: 500, runs: 500, days: 10 };
const CROWDS: readonly (readonly [string, RecordCrowd])[] = [
  ["100,000 over 200 days", { receipts: 50_000, runs: 50_000, days: 200 }],
  ["100,000 receipts in one day", { receipts: 100_000, runs: 0, days: 1 }],
  ["100,000 runs in one day", { receipts: 0, runs: 100_000, days: 1 }],
];

/** Whole processes, each paired with the same command over 1,000 records. */
test("audit runs --last 20", () => {
  const few = lay("few", FEW);
  list(few);
  for (const [what, crowd] of CROWDS) {
    const many = lay(what.replaceAll(/\W/g, "-"), crowd);
    const first = list(many);
    const pairs = Array.from({ length: ROUNDS }, () => ({ few: list(few), many: list(many), bare: node() }));
    const ratio = median(pairs.map((pair) => pair.many / pair.few));
    const figures = [
      `${median(pairs.map((pair) => pair.many)).toFixed(0)} ms`,
      `over 1,000 ${median(pairs.map((pair) => pair.few)).toFixed(0)} ms`,
      `ratio by pair ${ratio.toFixed(2)}`,
      `node -e 0 ${median(pairs.map((pair) => pair.bare)).toFixed(0)} ms`,
      `first call ${first.toFixed(0)} ms`,
    ];
    process.stdout.write(`${what.padEnd(28)} ${figures.join(", ")} (load ${loadavg()[0]?.toFixed(1)})\n`);
    expect(ratio).toBeLessThan(1.5);
    rmSync(many, { recursive: true });
  }
});

function lay(name: string, crowd: RecordCrowd): string {
  const home = join(base, name);
  mkdirSync(home);
  layManyRecords(locationsOf({ COUNTERSIGN_HOME: home }, home, "linux"), crowd);
  return home;
}

function list(home: string): number {
  const begun = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [COUNTERSIGN, "audit", "runs", "--last", "20"], {
    env: { PATH: process.env["PATH"] ?? "", HOME: home, COUNTERSIGN_HOME: home },
    encoding: "utf8",
  });
  const took = performance.now() - begun;
  expect(status).toBe(0);
  expect(stdout.split("\n")).toHaveLength(22);
  return took;
}

function node(): number {
  const begun = performance.now();
  spawnSync(process.execPath, ["-e", "0"]);
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
