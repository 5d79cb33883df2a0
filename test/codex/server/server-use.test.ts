import { expect, test } from "vitest";
import { isOver, noUseYet, type UseSeen, useAfter } from "#codex/server/server-use.ts";

const NOTHING: UseSeen = { marks: 1, clients: false, leased: false, wanted: true };

/** Plays one look a second and returns after how many seconds the server is over, if it is within an hour. */
function endsAfter(seen: (second: number) => Partial<UseSeen>, idleSeconds: number): number | undefined {
  let use = noUseYet(0);
  for (let second = 0; second <= 3_600; second += 1) {
    use = useAfter(use, { ...NOTHING, ...seen(second) }, second * 1_000);
    if (isOver(use, idleSeconds, second * 1_000)) return second;
  }
  return undefined;
}

test.each([
  ["nobody at all: the grace", () => ({}), 600, 6],
  ["claimed, never used: the idle time", () => ({ leased: true }), 600, 601],
  ["claimed until 100 s: the grace after that", (at: number) => ({ leased: at <= 100 }), 600, 106],
  ["used until 100 s, claimed: the idle time after that", usedUntil(100, { leased: true }), 600, 701],
  ["used for ever", () => ({ clients: true, leased: true }), 1, undefined],
  ["used for ever, though nobody can come any more", () => ({ clients: true, wanted: false }), 1, undefined],
  [
    "claimed, and no longer wanted from 100 s: the grace",
    (at: number) => ({ leased: true, wanted: at < 100 }),
    600,
    105,
  ],
  ["used until 100 s, no longer wanted from 10 s", usedUntil(100, { leased: true, wanted: false }), 600, 106],
  ["unwanted for a moment now and then", (at: number) => ({ leased: true, wanted: at % 5 === 0 }), 600, 601],
  ["an idle time below the grace", () => ({ leased: true }), 1, 6],
])("%s", (_case, seen: (second: number) => Partial<UseSeen>, idleSeconds, seconds) => {
  expect(endsAfter(seen, idleSeconds)).toBe(seconds);
});

test("a visit between two looks counts by its mark, whichever way the clock of the files went", () => {
  const visits = (at: number) => ({ leased: true, marks: at === 300 ? 99 : at > 300 ? -5 : 1 });
  expect(endsAfter(visits, 600)).toBe(902);
});

function usedUntil(last: number, more: Partial<UseSeen>): (second: number) => Partial<UseSeen> {
  return (second) => ({ clients: second <= last, ...more });
}
