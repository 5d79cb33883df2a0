import { expect, test } from "vitest";
import type { Session } from "#runs/session.ts";
import { changeSession } from "#runs/session-file.ts";
import { isSessionOff } from "#runs/session-mode.ts";
import { sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const AT = "2026-01-02T03:04:05.000Z";
const NEVER = new AbortController().signal;

async function isOff(own: Partial<Session>): Promise<boolean> {
  const locations = freshLocations();
  const session = sessionValue(own);
  await changeSession(locations, session.session_id, () => session, NEVER);
  return isSessionOff(locations, session.session_id);
}

test("a gate that is on is not off, and one pinned off is", async () => {
  expect(await isOff({})).toBe(false);
  expect(await isOff({ mode: { gate: "enforce", by: "terminal", at: AT } })).toBe(false);
  expect(await isOff({ pinned: { ...sessionValue().pinned, mode: "off" } })).toBe(true);
});

test("what was switched off from elsewhere counts only once the session's user was told", async () => {
  expect(await isOff({ mode: { gate: "off", by: "terminal", at: AT } })).toBe(false);
  expect(await isOff({ mode: { gate: "off", by: "terminal", at: AT, said: true } })).toBe(true);
  expect(await isOff({ mode: { gate: "off", by: "transcript", at: AT } })).toBe(true);
});
