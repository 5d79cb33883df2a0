import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Request } from "#runs/sessions/request.ts";
import { answerRequest, openRequests, readRequests, writeRequest } from "#runs/sessions/requests.ts";
import { sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const SESSION = sessionValue({ session_id: sessionId("s1"), started: "2026-01-02T00:00:00.000Z" });
const AT = "2026-01-02T03:04:05.678Z";

function draft(own: Partial<Request> = {}): Omit<Request, "schema" | "id"> {
  return {
    at: AT,
    ask: { kind: "off" },
    session: null,
    by: "agent-shell",
    agentSession: sessionId("s1"),
    words: ["off"],
    cwd: "/work",
    tty: false,
    ...own,
  };
}

test("a request waits for the session from whose shell it came, until it is answered", async () => {
  const locations = freshLocations();
  const request = await writeRequest(locations, draft());
  expect(openRequests(readRequests(locations), SESSION)).toEqual([request]);
  const answer = { request: request.id, session: SESSION.session_id, at: AT, detail: "no person typed it" };
  expect(await answerRequest(locations, { ...answer, outcome: "refused" })).toBe(true);
  expect(openRequests(readRequests(locations), SESSION)).toEqual([]);
  expect(readRequests(locations).requests).toMatchObject([{ request, answers: [{ outcome: "refused" }] }]);
});

test("an answer is given once", async () => {
  const locations = freshLocations();
  const { id } = await writeRequest(locations, draft());
  const answer = { request: id, session: SESSION.session_id, at: AT, detail: "" };
  await answerRequest(locations, { ...answer, outcome: "refused" });
  expect(await answerRequest(locations, { ...answer, outcome: "done" })).toBe(false);
  expect(readRequests(locations).requests[0]?.answers).toMatchObject([{ outcome: "refused" }]);
});

test.each([
  ["from another session's shell", { agentSession: sessionId("s2") }],
  ["for another session", { session: sessionId("s2") }],
  ["older than the session, from nobody knows which", { at: "2026-01-01T23:59:59.999Z", agentSession: null }],
  ["from a terminal, which acts at once", { by: "terminal", agentSession: null }],
] as const)("a request %s is none of this session's", async (_name, own) => {
  const locations = freshLocations();
  await writeRequest(locations, draft(own));
  expect(openRequests(readRequests(locations), SESSION)).toEqual([]);
});

test("a request that names the session waits for it, whichever shell it came from", async () => {
  const locations = freshLocations();
  await writeRequest(locations, draft({ session: SESSION.session_id, agentSession: sessionId("s2") }));
  expect(openRequests(readRequests(locations), SESSION)).toHaveLength(1);
});

test("requests of one moment are all kept, in the order of their time", async () => {
  const locations = freshLocations();
  await Promise.all(Array.from({ length: 20 }, () => writeRequest(locations, draft())));
  await writeRequest(locations, draft({ at: "2026-01-02T03:04:05.677Z", words: ["first"] }));
  const { requests } = readRequests(locations);
  expect(requests).toHaveLength(21);
  expect(requests[0]?.request.words).toEqual(["first"]);
});

test("what was asked before a moment need not be read", async () => {
  const locations = freshLocations();
  const old = await writeRequest(locations, draft({ at: "2026-01-01T00:00:00.000Z" }));
  await answerRequest(locations, { request: old.id, session: null, at: AT, outcome: "done", detail: "" });
  const young = await writeRequest(locations, draft());
  await answerRequest(locations, { request: young.id, session: null, at: AT, outcome: "done", detail: "" });
  expect(readRequests(locations, AT)).toMatchObject({
    requests: [{ request: { id: young.id }, answers: [{ outcome: "done" }] }],
  });
  expect(readRequests(locations, "2026-01-02T03:04:05.679Z").requests).toEqual([]);
});

test("a file that cannot be read is told and hides no other", async () => {
  const locations = freshLocations();
  await writeRequest(locations, draft());
  writeFileSync(join(locations.requests, "20260102T030405678Z-torn.json"), "{");
  expect(readRequests(locations)).toMatchObject({
    requests: [{}],
    unreadable: [{ path: expect.stringContaining("torn") }],
  });
});

test("what was typed in a session before its first stop, from which it has its record, is open", async () => {
  const locations = freshLocations();
  await writeRequest(locations, draft({ at: "2026-01-01T23:59:59.999Z" }));
  expect(openRequests(readRequests(locations), SESSION)).toHaveLength(1);
});
