import { describe, expect, test } from "vitest";
import type { Outcome } from "#gate/stop/outcome.ts";
import { type PromptRounds, roundsAfter, roundsFor } from "#gate/stop/rounds.ts";

const RECORDED: PromptRounds = { promptId: "p1", blocks: 2, firstBlockAt: 1000, capped: false, held: true };
const BLOCKED: Outcome = { kind: "blocked", round: 1, of: 3 };

function fresh(promptId: string | null): PromptRounds {
  return { promptId, blocks: 0, firstBlockAt: null, capped: false, held: false };
}

describe("roundsFor", () => {
  test("starts at zero", () => {
    expect(roundsFor(undefined, { promptId: "p1", stopHookActive: false })).toEqual(fresh("p1"));
    expect(roundsFor(undefined, { promptId: undefined, stopHookActive: true })).toEqual(fresh(null));
  });

  test.each([true, false])(
    "goes by the prompt's id, whatever the host's flag says (%s)",
    (stopHookActive) => {
      expect(roundsFor(RECORDED, { promptId: "p1", stopHookActive })).toEqual(RECORDED);
      expect(roundsFor(RECORDED, { promptId: "p2", stopHookActive })).toEqual(fresh("p2"));
    },
  );

  const nameless = { ...RECORDED, promptId: null };

  test("without an id, goes on where the host says so or the last stop was held back", () => {
    expect(roundsFor(nameless, { promptId: undefined, stopHookActive: true })).toEqual(nameless);
    expect(roundsFor(nameless, { promptId: undefined, stopHookActive: false })).toEqual(nameless);
    const passed = { ...nameless, held: false };
    expect(roundsFor(passed, { promptId: undefined, stopHookActive: true })).toEqual(passed);
  });

  test("without an id, starts anew after a stop that was let through", () => {
    expect(roundsFor({ ...nameless, held: false }, { promptId: undefined, stopHookActive: false })).toEqual(
      fresh(null),
    );
  });

  test("keeps the count where a host stops naming its prompts in the middle of the work", () => {
    expect(roundsFor(RECORDED, { promptId: undefined, stopHookActive: true })).toEqual(nameless);
  });
});

describe("roundsAfter", () => {
  test("counts a block and keeps the time of the first", () => {
    const one = roundsAfter(fresh("p1"), BLOCKED, 500);
    expect(one).toEqual({ promptId: "p1", blocks: 1, firstBlockAt: 500, capped: false, held: true });
    expect(roundsAfter(one, BLOCKED, 900)).toEqual({ ...one, blocks: 2 });
  });

  test("counts the block that a failure may be, and no other failure", () => {
    const failed = { kind: "failed", class: "bug", detail: "" } as const;
    expect(roundsAfter(fresh("p1"), { ...failed, blocked: true }, 7)).toMatchObject({
      blocks: 1,
      firstBlockAt: 7,
      held: true,
    });
    expect(roundsAfter(fresh("p1"), { ...failed, blocked: false }, 7)).toEqual(fresh("p1"));
  });

  test("remembers a cap, and that a stop was let through", () => {
    const capped = roundsAfter(RECORDED, { kind: "capped", why: "rounds" }, 2000);
    expect(capped).toEqual({ ...RECORDED, capped: true, held: false });
    expect(roundsAfter(capped, { kind: "allowed", partial: false }, 3000)).toEqual(capped);
    expect(roundsAfter(RECORDED, { kind: "unresolved" }, 2000)).toEqual({ ...RECORDED, held: false });
  });

  test("leaves everything as it is for a second hook of the same stop", () => {
    const held = roundsAfter(fresh("p1"), BLOCKED, 500);
    expect(roundsAfter(held, { kind: "joined" }, 900)).toEqual(held);
  });
});
