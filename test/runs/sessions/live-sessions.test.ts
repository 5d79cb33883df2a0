import { expect, test } from "vitest";
import { liveSessions } from "#runs/sessions/live-sessions.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NOW = Date.parse("2026-01-02T12:00:00.000Z");
const YOUNG = "2026-01-02T00:00:00.000Z";
const OLD = "2025-12-30T00:00:00.000Z";

test.each<readonly [string, Partial<Session>, readonly string[], boolean]>([
  ["whose lease is held, however old", { leased: true, started: OLD }, ["s1"], true],
  ["whose lease is gone, however young", { leased: true, started: YOUNG }, ["s2"], false],
  ["that never had a lease, young", { leased: false, started: YOUNG }, [], true],
  ["that never had a lease, old", { leased: false, started: OLD }, [], false],
  ["whose lease came late", { leased: false, started: OLD }, ["s1"], true],
])("a session %s", async (_name, own, held, live) => {
  const locations = freshLocations();
  const id = sessionId("s1");
  await changeSession(locations, id, () => sessionValue(own), new AbortController().signal);
  expect(liveSessions(locations, new Set(held), NOW).map(({ session_id }) => session_id)).toEqual(
    live ? ["s1"] : [],
  );
});
