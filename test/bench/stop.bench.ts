import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { expect, test } from "vitest";
import { makeGateWorld } from "#test/gate-world.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";

const STOP = join(import.meta.dirname, "../../dist/stop/stop.cjs");
const PAIRS = 40;

/** What a stop costs that is not reviewed: whole processes, each paired with a Node that does nothing. */
test("stops that are not reviewed", async () => {
  const world = await makeGateWorld((request) => reviewAnswer(request));
  const watched = world.session();
  const off = world.session({ env: { COUNTERSIGN_GATE: "off" } });
  await watched.start();
  await off.start();
  await watched.stop();
  const time = (words: readonly string[], input: string): number => {
    const begun = performance.now();
    const { status } = spawnSync(process.execPath, [...words], {
      input,
      env: world.env,
      cwd: world.repository.root,
    });
    expect(status).toBe(0);
    return performance.now() - begun;
  };
  const inputOf = (id: string): string =>
    JSON.stringify({ session_id: id, cwd: world.repository.root, prompt_id: "p" });
  for (const [name, session] of [
    ["gate off", off],
    ["nothing changed", watched],
  ] as const) {
    const pairs = Array.from({ length: PAIRS }, () => ({
      bare: time(["-e", "0"], ""),
      stop: time([STOP], inputOf(session.id)),
    }));
    const bare = median(pairs.map((pair) => pair.bare));
    const stop = median(pairs.map((pair) => pair.stop));
    const ratio = median(pairs.map((pair) => pair.stop / pair.bare));
    process.stdout.write(
      `${name.padEnd(16)} ${stop.toFixed(1)} ms, node -e 0 ${bare.toFixed(1)} ms, ratio by pair ${ratio.toFixed(2)} (medians of ${PAIRS})\n`,
    );
  }
  expect(world.api.requests).toHaveLength(0);
  await world.close();
});

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
