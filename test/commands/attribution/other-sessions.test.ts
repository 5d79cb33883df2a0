import { utimesSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { otherSessions } from "#commands/attribution/other-sessions.ts";
import { locationsOf } from "#runs/locations.ts";
import type { Baseline, Session } from "#runs/sessions/session.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";
import { A_TREE, sessionId, sessionValue } from "#test/session-values.ts";

const STARTED = "2026-01-02T03:00:00.000Z";
const LATER = "2026-01-02T04:00:00.000Z";
const NOW = new Date("2026-01-02T05:00:00.000Z");

let scratch: ScratchRepository;
beforeEach(() => {
  scratch = makeRepository();
  onTestFinished(scratch.remove);
});

function baseline(root = scratch.root, why: Baseline["why"] = "start"): Baseline {
  const rules = { excludes: "", attributes: "", filters: "" };
  const snapshot = { tree: A_TREE, head: null, opaque: [], rules };
  return { root, store: "/store", snapshot, takenAt: LATER, why };
}

async function othersWith(...sessions: readonly Partial<Session>[]) {
  const locations = locationsOf({ COUNTERSIGN_HOME: scratch.beside }, scratch.home, "linux");
  for (const [index, own] of [{}, ...sessions].entries()) {
    const session = sessionValue({ session_id: sessionId(`s${index}`), started: STARTED, ...own });
    await changeSession(locations, session.session_id, () => session, AbortSignal.timeout(5_000));
  }
  const session = { session_id: sessionId("s0"), started: STARTED };
  return otherSessions(locations, { session, root: scratch.root, held: new Set(["s1"]), now: NOW });
}

test("sessions of the same tree are told, whether or not they live", async () => {
  const seen = [{ tree: A_TREE, fingerprint: "f", at: LATER, until: LATER }];
  const others = await othersWith(
    { baseline: baseline(), watchedSince: STARTED, transcript: "/t/s1.jsonl", seen },
    { baseline: baseline(), watchedSince: STARTED },
    { baseline: baseline("/elsewhere"), cwd: scratch.root },
    {
      baseline: baseline("/elsewhere"),
      elsewhere: [{ baseline: baseline(), watchedSince: STARTED, seen: [], omitted: [], ledger: [] }],
    },
  );
  expect(others).toMatchObject([
    { session_id: "s1", transcript: "/t/s1.jsonl", seen, started: new Date(STARTED), live: true },
    { session_id: "s2", transcript: undefined, live: false },
    { session_id: "s4" },
  ]);
  expect(others.map(({ reviewedFrom }) => reviewedFrom?.toISOString())).toEqual([STARTED, STARTED, STARTED]);
});

test("one that was last heard of a week before this one began is not asked, unless it lives", async () => {
  const locations = locationsOf({ COUNTERSIGN_HOME: scratch.beside }, scratch.home, "linux");
  for (const name of ["s1", "s2", "s3"]) {
    const session = sessionValue({ session_id: sessionId(name), baseline: baseline() });
    await changeSession(locations, session.session_id, () => session, AbortSignal.timeout(5_000));
    const days = name === "s3" ? 6 : 8;
    const heard = new Date(Date.parse(STARTED) - days * 24 * 60 * 60 * 1000);
    utimesSync(join(locations.sessions, `${name}.json`), heard, heard);
  }
  const session = { session_id: sessionId("s0"), started: STARTED };
  const asked = { session, root: scratch.root, held: new Set(["s1"]), now: NOW };
  expect(otherSessions(locations, asked).map(({ session_id }) => session_id)).toEqual(["s1", "s3"]);
});

test("what no gate looks at is known of each", async () => {
  const others = await othersWith(
    { baseline: baseline(), mode: { gate: "off", by: "terminal", at: LATER } },
    { baseline: baseline(undefined, "late") },
    { baselineMissing: "over 5 s", cwd: scratch.root },
    { baseline: baseline(undefined, "signed"), watchedSince: LATER },
  );
  expect(others.map(({ reviewedFrom }) => reviewedFrom?.toISOString())).toEqual([
    undefined,
    LATER,
    undefined,
    LATER,
  ]);
});
