import { expect, test } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import { liveSessions } from "#runs/live-sessions.ts";
import type { Session } from "#runs/session.ts";
import { changeSession } from "#runs/session-file.ts";
import { sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NOW = Date.parse("2026-01-02T12:00:00.000Z");
const host = identifyProcess(process.pid);
if (host === undefined) throw new Error("this process has no identity");

test.each<readonly [string, Partial<Session>, boolean]>([
  ["whose host runs, however old", { host, started: "2025-01-01T00:00:00.000Z" }, true],
  ["whose host is gone", { host: { ...host, startTime: "1" } }, false],
  ["that has ended", { host, ended: "2026-01-02T11:00:00.000Z" }, false],
  ["of an unknown host, young", { started: "2026-01-02T00:00:00.000Z" }, true],
  ["of an unknown host, old", { started: "2025-12-30T00:00:00.000Z" }, false],
])("a session %s", async (_name, own, live) => {
  const locations = freshLocations();
  const id = sessionId("s1");
  await changeSession(locations, id, () => sessionValue(own), new AbortController().signal);
  expect(liveSessions(locations, NOW).map(({ session_id }) => session_id)).toEqual(live ? ["s1"] : []);
});
