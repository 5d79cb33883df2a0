import { describe, expect, test } from "vitest";
import { type Attempt, pauseAt } from "#gate/failure/breaker.ts";
import { FAILURE_POLICIES } from "#gate/failure/failure-policy.ts";
import type { BreakerPause } from "#gate/failure/pause.ts";
import { fc } from "#test/seeded-check.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Some Monday. */
const T = Date.UTC(2026, 10, 23, 9);

function failed(to: number, failure = "server-died", until?: number): Attempt {
  return { to, receipt: `r${to}`, result: { kind: "failed", failure, until } };
}

function answered(to: number): Attempt {
  return { to, receipt: `r${to}`, result: { kind: "answered" } };
}

function paused(to: number, pause: BreakerPause): Attempt {
  return { to, receipt: `r${to}`, result: { kind: "paused", pause } };
}

function untilOf(history: readonly Attempt[], now: number): number | undefined {
  return pauseAt(history, now)?.until;
}

describe("a limit that names its end", () => {
  test("pauses at once, until then", () => {
    const history = [failed(T, "usage-limit", T + 3 * HOUR)];
    expect(pauseAt(history, T)).toEqual({
      kind: "breaker",
      failure: "usage-limit",
      receipt: `r${T}`,
      since: T,
      until: T + 3 * HOUR,
      row: 1,
      times: 1,
    });
    expect(pauseAt(history, T + 3 * HOUR - 1)).toBeDefined();
    expect(pauseAt(history, T + 3 * HOUR)).toBeUndefined();
  });

  test.each([
    ["none", undefined],
    ["in the past", T - HOUR],
    ["the moment itself", T],
    ["years away", T + 900 * DAY],
    ["no number", Number.NaN],
  ])("without a believable end (%s) it pauses for half an hour", (_name, until) => {
    expect(untilOf([failed(T, "usage-limit", until)], T)).toBe(T + 30 * MINUTE);
    expect(untilOf([failed(T, "rate-limit", until)], T)).toBe(T + 5 * MINUTE);
  });

  test("a plan by the month is believed", () => {
    expect(untilOf([failed(T, "usage-limit", T + 30 * DAY)], T)).toBe(T + 30 * DAY);
  });

  test("one that ends at once is no way to hammer: the second time it is a failure in a row", () => {
    const first = failed(T, "rate-limit", T + 1_200);
    expect(untilOf([first], T + 2_000)).toBeUndefined();
    expect(untilOf([failed(T + 10_000, "rate-limit", T + 11_200), first], T + 11_300)).toBe(
      T + 10_000 + 10 * MINUTE,
    );
  });
});

describe("failures in a row", () => {
  test("one is none, two pause for five minutes", () => {
    expect(untilOf([failed(T)], T)).toBeUndefined();
    const two = [failed(T + DAY), failed(T)];
    expect(pauseAt(two, T + DAY)).toMatchObject({ row: 2, times: 1, until: T + DAY + 5 * MINUTE });
  });

  test("each call that is let through and fails doubles the pause, up to an hour", () => {
    const history: Attempt[] = [failed(T)];
    let now = T;
    const waits: number[] = [];
    for (let call = 0; call < 7; call += 1) {
      history.unshift(failed(now));
      const until = untilOf(history, now) ?? Number.NaN;
      waits.push((until - now) / MINUTE);
      expect(pauseAt(history, until)).toBeUndefined();
      now = until;
    }
    expect(waits).toEqual([5, 10, 20, 40, 60, 60, 60]);
  });

  test("what fails while the pause holds does not make it longer, but a later reset does", () => {
    const open = [failed(T + 1), failed(T)];
    const until = T + 1 + 5 * MINUTE;
    expect(untilOf([failed(T + MINUTE), ...open], T + MINUTE)).toBe(until);
    expect(untilOf([failed(T + MINUTE, "usage-limit", T + 2 * MINUTE), ...open], T + MINUTE)).toBe(until);
    const limited = failed(T + MINUTE, "usage-limit", T + HOUR);
    expect(pauseAt([limited, ...open], T + MINUTE)).toMatchObject({
      until: T + HOUR,
      receipt: limited.receipt,
      times: 1,
    });
  });

  test("an answer ends the row and the pause, in whichever order they are read", () => {
    expect(pauseAt([failed(T + 2), answered(T + 1), failed(T)], T + 2)).toBeUndefined();
    expect(pauseAt([answered(T + 2), failed(T + 1), failed(T)], T + 2)).toBeUndefined();
    expect(pauseAt([failed(T), answered(T + 2), failed(T + 1)], T + 2)).toBeUndefined();
  });

  test.each(Object.entries(FAILURE_POLICIES).filter(([, { breaker }]) => breaker === "none"))(
    "%s is no matter of the reviewer and neither begins a row nor ends one",
    (kind) => {
      expect(pauseAt([failed(T + 1, kind), failed(T, kind)], T + 1)).toBeUndefined();
      expect(pauseAt([failed(T + 2), failed(T + 1, kind), failed(T)], T + 2)).toBeDefined();
    },
  );

  test("nor does a kind that only another version knows", () => {
    expect(pauseAt([failed(T + 1, "sunspots"), failed(T, "sunspots")], T + 1)).toBeUndefined();
  });
});

describe("a person who clears it", () => {
  const open = [failed(T + 1), failed(T)];
  test("has it tried at once", () => {
    expect(pauseAt(open, T + 3, T + 2)).toBeUndefined();
    expect(pauseAt([failed(T + 3), ...open], T + 3, T + 2)).toBeUndefined();
    expect(pauseAt([failed(T + 4), failed(T + 3), ...open], T + 4, T + 2)).toMatchObject({
      row: 2,
      times: 1,
    });
  });

  test("cannot do so in advance, nor from a future that a wrong clock had", () => {
    expect(pauseAt(open, T + 3, T - 1)).toBeDefined();
    expect(pauseAt(open, T + 3, T + DAY)).toBeDefined();
  });
});

describe("a pause on record", () => {
  const open = [failed(T + 1), failed(T)];
  const pause = pauseAt(open, T + 1);
  test("stands for the failures before it", () => {
    if (pause === undefined) throw new Error("it is open");
    const stop = paused(T + MINUTE, pause);
    expect(pauseAt([stop], T + MINUTE)).toEqual(pause);
    const probe = failed(pause.until + 1);
    expect(pauseAt([probe, stop], probe.to)).toEqual(pauseAt([probe, ...open], probe.to));
    expect(pauseAt([probe, stop], probe.to)).toMatchObject({
      times: 2,
      row: 3,
      until: probe.to + 10 * MINUTE,
    });
  });

  test("is void once there was an answer or a clearing, also when its stop was later", () => {
    if (pause === undefined) throw new Error("it is open");
    const late = paused(T + 3 * MINUTE, pause);
    expect(pauseAt([late, answered(T + 2 * MINUTE)], T + 3 * MINUTE)).toBeUndefined();
    expect(pauseAt([late], T + 3 * MINUTE, T + 2 * MINUTE)).toBeUndefined();
  });

  test("cannot be for ever, nor from the future", () => {
    const forever = { ...(pause ?? never()), until: T + 900 * DAY };
    expect(untilOf([paused(T + 2, forever)], T + 2)).toBe(T + 1 + 31 * DAY);
    expect(pauseAt([paused(T + 2, { ...forever, since: T + DAY })], T + 2)).toBeUndefined();
  });
});

function never(): never {
  throw new Error("it is open");
}

describe("a clock that jumps", () => {
  test("back: what it wrote before says nothing, and two failures of now pause again", () => {
    const future = [answered(T + DAY + 2), failed(T + DAY + 1), failed(T + DAY, "usage-limit", T + 2 * DAY)];
    expect(pauseAt(future, T)).toBeUndefined();
    expect(pauseAt([...future, failed(T)], T)).toBeUndefined();
    expect(pauseAt([...future, failed(T + 1), failed(T)], T + 1)).toBeDefined();
  });

  test("forward: every pause is over", () => {
    expect(pauseAt([failed(T, "usage-limit", T + DAY)], T + 400 * DAY)).toBeUndefined();
  });
});

/** One thing that happens, so many milliseconds after the one before; the clock may be set anew. */
type Step = {
  readonly wait: number;
  readonly jump: number;
  readonly what: "fail" | "limit" | "answer" | "other";
};

const kinds = fc.constantFrom<Step["what"]>("fail", "limit", "answer", "other");
const steps = fc.array(
  fc.record({
    wait: fc.oneof(fc.integer({ min: 1, max: 10 * MINUTE }), fc.integer({ min: 1, max: 3 * DAY })),
    jump: fc.oneof(
      { weight: 8, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -900 * DAY, max: 900 * DAY }) },
    ),
    what: kinds,
  }),
  { maxLength: 40 },
);
const resets = fc.infiniteStream(
  fc.oneof(
    fc.constant(undefined),
    fc.integer({ min: -HOUR, max: 6 * HOUR }),
    fc.integer({ min: -900 * DAY, max: 9_000 * DAY }),
  ),
);

type Played = {
  readonly history: readonly Attempt[];
  readonly now: number;
  readonly calls: number;
  readonly stops: number;
};

/** The stops of a machine as they come: asked where nothing pauses, and every outcome put on record. */
function play(taken: readonly Step[], reset: Iterator<number | undefined>, keep: number): Played {
  let now = T;
  let history: readonly Attempt[] = [];
  let calls = 0;
  for (const { wait, jump, what } of taken) {
    now += wait + jump;
    const pause = pauseAt(history, now);
    const next = pause === undefined ? outcome(what, now, reset.next().value) : paused(now, pause);
    calls += pause === undefined ? 1 : 0;
    history = [next, ...history].slice(0, keep);
  }
  return { history, now, calls, stops: taken.length };
}

function* always<T>(value: T): Generator<T> {
  while (true) yield value;
}

function outcome(what: Step["what"], now: number, reset: number | undefined): Attempt {
  if (what === "answer") return answered(now);
  if (what === "other") return failed(now, "git-failed");
  if (what === "fail") return failed(now, "deadline");
  return failed(now, "usage-limit", reset === undefined ? undefined : now + reset);
}

describe("whatever happened", () => {
  test("nobody is shut out for ever: a pause ends within a month of its failure, which lies in the past", () => {
    fc.assert(
      fc.property(steps, resets, (taken, reset) => {
        const { history, now } = play(taken, reset, 300);
        const pause = pauseAt(history, now);
        if (pause === undefined) return;
        expect(pause.since).toBeLessThanOrEqual(now);
        expect(pause.until).toBeGreaterThan(now);
        expect(pause.until).toBeLessThanOrEqual(pause.since + 31 * DAY);
        expect(pauseAt(history, pause.until)).toBeUndefined();
      }),
    );
  });

  test("two failures in a row always pause, and a limit does alone", () => {
    fc.assert(
      fc.property(steps, resets, fc.integer({ min: 1, max: 3 * DAY }), (taken, reset, wait) => {
        const { history, now } = play(taken, reset, 300);
        // Later than all that a wrong clock may have dated.
        const last = Math.max(now, ...history.map(({ to }) => to));
        const two = [failed(last + wait), failed(last + 1), ...history];
        expect(pauseAt(two, last + wait)).toBeDefined();
        expect(pauseAt([failed(last + 1, "usage-limit"), ...history], last + 1)).toBeDefined();
      }),
    );
  });

  test("an answer and a person's word end every pause", () => {
    fc.assert(
      fc.property(steps, resets, (taken, reset) => {
        const { history, now } = play(taken, reset, 300);
        expect(pauseAt([answered(now + 1), ...history], now + 1)).toBeUndefined();
        expect(pauseAt(history, now + 1, now + 1)).toBeUndefined();
      }),
    );
  });

  test("it is the same from few receipts as from all, and in any order", () => {
    fc.assert(
      fc.property(steps, resets, fc.integer({ min: 0, max: 40 }), (taken, reset, seed) => {
        const { history, now } = play(
          taken.map((step) => ({ ...step, jump: 0 })),
          reset,
          300,
        );
        const whole = pauseAt(history, now);
        const since = history.findIndex(({ result }) => result.kind === "paused");
        if (since >= 0) expect(pauseAt(history.slice(0, since + 1), now)).toEqual(whole);
        const turned = [...history.slice(seed), ...history.slice(0, seed)];
        expect(pauseAt(turned, now)).toEqual(whole);
      }),
    );
  });

  test.each<readonly [Step["what"], number | undefined]>([
    ["fail", undefined],
    ["limit", undefined],
    ["limit", 30_000],
    ["limit", -HOUR],
  ])(
    "a provider that never answers (%s, %s) is not hammered: a day of stops makes some thirty calls",
    (what, reset) => {
      const day = Array.from({ length: 24 * 60 }, () => ({ wait: MINUTE, jump: 0, what }));
      expect(play(day, always(reset), 50).calls).toBeLessThanOrEqual(32);
    },
  );
});
