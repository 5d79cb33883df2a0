import { existsSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { INSTALLATION_CASES, PROVIDER_CASES } from "#test/exec/codex-cases.ts";
import type { ExecCase } from "#test/exec/exec-case.ts";
import { WORK_CASES } from "#test/exec/work-cases.ts";
import { type CodexVersion, type ExecWorld, makeExecWorld } from "#test/exec-world.ts";
import { say } from "#test/reviewer-action.ts";

vi.setConfig({ maxConcurrency: 4 });

let world: ExecWorld;
beforeAll(async () => {
  world = await makeExecWorld();
});
afterAll(() => world.close());

const VERSIONS: readonly CodexVersion[] = ["0.169", "0.140"];
/** The slow ones first: what waits for a deadline waits beside the others. */
const CASES = [...PROVIDER_CASES, ...WORK_CASES, ...INSTALLATION_CASES].flatMap((one) =>
  VERSIONS.filter((version) => one.only === undefined || one.only === version).map(
    (version) => [`${version}: ${one.name}`, { version, one }] as const,
  ),
);

test.concurrent.for(CASES)("%s", async ([, { version, one }]) => {
  await fails(version, one);
});

test("nothing that is on record of them is contradicted by Codex's own files", async () => {
  const place = world.place("0.169", () => say("Done."));
  const { stdout, exitCode } = await place.start(["audit", "verify", "--json"]);
  expect([exitCode, JSON.parse(stdout).verdict]).toEqual([0, "clean"]);
});

/** It is named, it is on record where anything was started, and nothing of it lives. */
async function fails(version: CodexVersion, one: ExecCase): Promise<void> {
  const place = world.place(version, one.script ?? (() => say("Done.")));
  one.prepare?.(place);
  const { outcome, exitCode, run, record } = await place.exec(one.words, one.env?.(place));
  expect(outcome).toMatchObject({ kind: "failed", failure: { kind: one.kind } });
  if (one.says !== undefined)
    expect(outcome).toMatchObject({ failure: { detail: expect.stringMatching(one.says) } });
  expect(exitCode).toBe(one.exit ?? 1);
  expect([run === null, record === null]).toEqual([one.unbegun === true, one.unbegun === true]);
  if (run !== null) expect(existsSync(run.folder)).toBe(true);
  expect(place.left()).toEqual([]);
}
