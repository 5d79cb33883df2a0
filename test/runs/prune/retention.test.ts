import { expect, test } from "vitest";
import { goingRequests, type RequestAge } from "#runs/prune/going-requests.ts";
import { DAY_MS, goingSessions, type KeptSession, RETENTION } from "#runs/prune/retention.ts";
import type { Ask } from "#runs/sessions/request.ts";
import type { AnsweredRequest } from "#runs/sessions/requests.ts";
import { reviewFinding } from "#test/review-values.ts";
import { fc } from "#test/seeded-check.ts";

const NOW = Date.parse("2026-06-01T00:00:00.000Z");
const MIB = 1024 * 1024;

function kept(id: string, days: number, own: Partial<KeptSession> = {}): KeptSession {
  const session = { id, lastUsed: NOW - days * DAY_MS, bytes: MIB, unfinished: undefined, unsigned: false };
  return { ...session, ...own };
}

test("by age: what is older than records are kept, the oldest first, unfinished or not yet a day old never", () => {
  const sessions = [
    kept("new", 10),
    kept("old", 181),
    kept("older", 400, { unsigned: true }),
    kept("live", 400, { unfinished: "live" }),
    kept("asked", 400, { unfinished: "request-open" }),
    kept("from the future", -3),
  ];
  expect(goingSessions(sessions, RETENTION, NOW)).toEqual([
    { id: "older", why: "age" },
    { id: "old", why: "age" },
  ]);
  expect(goingSessions([kept("today", 0.9)], { ...RETENTION, recordDays: 0 }, NOW)).toEqual([]);
});

test("by size: as many as it takes, those unused for longest first, but no recent and no unsigned one", () => {
  const small = { ...RETENTION, recordBytes: 3 * MIB };
  const sessions = [
    kept("a", 100),
    kept("b", 90, { unsigned: true }),
    kept("c", 80),
    kept("d", 70),
    kept("e", 5),
    kept("f", 4),
  ];
  expect(goingSessions(sessions, small, NOW)).toEqual(["a", "c", "d"].map((id) => ({ id, why: "size" })));
  expect(goingSessions(sessions.slice(0, 3), small, NOW)).toEqual([]);
  expect(goingSessions(sessions, { ...small, recordBytes: 0 }, NOW).map(({ id }) => id)).toEqual([
    "a",
    "c",
    "d",
  ]);
});

test("whatever there is: nothing recent or unfinished goes, and nothing older stays for one that goes for its size", () => {
  const session = fc.record({
    days: fc.double({ min: -10, max: 400, noNaN: true }),
    bytes: fc.integer({ min: 0, max: 10 * MIB }),
    unfinished: fc.constantFrom(undefined, "live", "request-open"),
    unsigned: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(session), fc.integer({ min: 1, max: 40 }), (drawn, limit) => {
      const sessions = drawn.map(({ days, ...own }, index) => kept(String(index), days, own));
      const going = goingSessions(sessions, { ...RETENTION, recordBytes: limit * MIB }, NOW);
      const byId = new Map(going.map(({ id, why }) => [id, why]));
      const gone = sessions.filter(({ id }) => byId.has(id));
      expect(gone.filter((one) => one.unfinished !== undefined || NOW - one.lastUsed < DAY_MS)).toEqual([]);
      const youngest = Math.max(
        0,
        ...gone.filter(({ id }) => byId.get(id) === "size").map((one) => one.lastUsed),
      );
      const passedOver = sessions.filter(
        (one) =>
          !byId.has(one.id) && one.lastUsed < youngest && one.unfinished === undefined && !one.unsigned,
      );
      expect(passedOver).toEqual([]);
    }),
  );
});

function asked(id: string, ask: Ask, answered: "done" | "refused" | "not yet" = "done"): AnsweredRequest {
  const at = `2020-01-0${id}T00:00:00.000Z`;
  const shared = { at, session: null, agentSession: null, words: [], cwd: "/work", tty: true };
  return {
    request: { schema: "countersign/request/1", id, ask, by: "terminal", ...shared },
    answers:
      answered === "not yet"
        ? []
        : [{ schema: "countersign/answer/1", request: id, session: null, at, outcome: answered, detail: "" }],
  };
}

const AGES: RequestAge = { isOld: () => true, isThere: (repository) => repository === "/there" };

function going(requests: readonly AnsweredRequest[], ages = AGES): readonly string[] {
  return goingRequests(requests, ages).map(({ request }) => request.id);
}

function dismiss(repository: string, finding = "f"): Ask {
  return { kind: "dismiss", finding, why: "w", repository, about: { finding: reviewFinding(), line: 1 } };
}

test("answered requests go when they are old; without an answer they stay", () => {
  const requests = [
    asked("1", { kind: "on" }),
    asked("2", { kind: "off" }, "not yet"),
    asked("3", { kind: "off" }, "refused"),
  ];
  expect(going(requests)).toEqual(["1", "3"]);
  expect(going(requests, { ...AGES, isOld: (at) => at < "2020-01-02" })).toEqual(["1"]);
});

test("a dismissal stays as long as it holds in a repository that is there", () => {
  expect(going([asked("1", dismiss("/there"))])).toEqual([]);
  expect(going([asked("1", dismiss("/gone"))])).toEqual(["1"]);
  expect(going([asked("1", dismiss("/there"), "refused")])).toEqual(["1"]);
  expect(going([asked("1", dismiss("/there")), asked("2", dismiss("/there"))])).toEqual(["1"]);
  expect(going([asked("1", dismiss("/there")), asked("2", dismiss("/there", "g"))])).toEqual([]);
  const undo: Ask = { kind: "undo-dismiss", finding: "f", repository: "/there" };
  expect(going([asked("1", dismiss("/there")), asked("2", undo)])).toEqual(["1", "2"]);
  expect(going([asked("1", dismiss("/there")), asked("2", undo, "refused")])).toEqual(["2"]);
});
