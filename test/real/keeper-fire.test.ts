import { expect, test } from "vitest";
import { type FireEnd, type FireScene, MOMENTS, PARTS, type Part, playFire } from "#test/fire-scene.ts";
import { seededDice } from "#test/seeded-dice.ts";

const SEED = Number(process.env["COUNTERSIGN_TEST_SEED"] ?? 4_711);
/** A scene waits for most of its time. */
const AT_ONCE = 6;

test("kill -9 of server, keeper, hook and host in every order", async () => {
  const scenes = scenesOf(SEED);
  const wrong: object[] = [];
  const play = async (scene: FireScene): Promise<void> => {
    const end = await playFire(scene).catch((error: unknown) => String(error));
    const faults = typeof end === "string" ? [end] : faultsOf(scene, end);
    if (faults.length > 0) wrong.push({ seed: SEED, scene, end, faults });
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let scene = scenes.pop(); scene !== undefined; scene = scenes.pop()) await play(scene);
    }),
  );
  expect(wrong).toEqual([]);
});

/** One scene for each order of the four; the moments and the two ways to end a server take turns. */
function scenesOf(seed: number): FireScene[] {
  const dice = seededDice(seed);
  return ordersOf(PARTS).map((order, index) => {
    const moment = MOMENTS[index % MOMENTS.length] ?? "mid-turn";
    const withSetpriv = dice.once(2);
    return {
      order,
      moment,
      pauses: order.map(() => dice.pick([0, 3, 10, 40, 150, 600])),
      withSetpriv,
      verdict: dice.pick(["ALLOW", "BLOCK"] as const),
      // A server that is just being started, or that the kernel does not end, waits for the next stop.
      settles: withSetpriv && moment !== "connecting" && dice.once(2),
    };
  });
}

function ordersOf(parts: readonly Part[]): readonly (readonly Part[])[] {
  if (parts.length === 0) return [[]];
  return parts.flatMap((part) =>
    ordersOf(parts.filter((one) => one !== part)).map((rest) => [part, ...rest]),
  );
}

/** What the killed hook did may be nothing, but never wrong; the next stop is as if nothing had been. */
function faultsOf(scene: FireScene, end: FireEnd): readonly string[] {
  const { answer, before, after, next } = end;
  const own = scene.verdict === "BLOCK" ? "blocked" : "allowed";
  const holds: Readonly<Record<string, boolean>> = {
    "the killed hook blocked only what it had found":
      answer?.decision === undefined || before[0] === "blocked",
    "it recorded one outcome at most, its verdict or a failure":
      before.length <= 1 && before.every((one) => one === own || one.startsWith("failed(")),
    "the next stop was signed": after.join() === "allowed" && next.decision === undefined,
    "one server, one keeper": end.servers === 1 && end.keepers === 1 && end.serverKind === "shared",
    "no socket stays": end.traces.length === 0,
  };
  return Object.entries(holds).flatMap(([what, held]) => (held ? [] : [what]));
}
