import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ownSessionFile, sessionFile } from "#runs/locations.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { isSessionOff } from "#runs/sessions/session-mode.ts";
import { sessionId, sessionValue } from "#test/session-values.ts";
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

describe("a file as it was found", () => {
  const ID = sessionId("s1");
  const OFF = { schema: "countersign/session/2", pinned: { mode: "off" } };
  const WORD = { gate: "off", by: "transcript" };

  function isOffIn(text: string, own?: string): boolean {
    const locations = freshLocations();
    mkdirSync(locations.sessions, { recursive: true });
    writeFileSync(sessionFile(locations, ID), text);
    if (own !== undefined) writeFileSync(ownSessionFile(locations, ID), own);
    return isSessionOff(locations, ID);
  }

  test.each([
    ["as it should be", OFF, true],
    ["of the first version", { ...OFF, schema: "countersign/session/1" }, true],
    ["with more in it than we know", { ...OFF, more: 1 }, true],
    ["with a person's word", { ...OFF, pinned: { mode: "enforce" }, mode: WORD }, true],
    ["with a person's word for it", { ...OFF, mode: { ...WORD, gate: "advise" } }, false],
    ["without a version", { pinned: OFF.pinned }, false],
    ["with a version that is no text", { ...OFF, schema: 2 }, false],
    ["of a later version", { ...OFF, schema: "countersign/session/3" }, false],
    ["without what was pinned", { schema: OFF.schema }, false],
    ["with a mode that we do not know", { ...OFF, pinned: { mode: "asleep" } }, false],
    ["with a mode that is no text", { ...OFF, pinned: { mode: ["off"] } }, false],
    ["with a mode that every object has", { ...OFF, pinned: { mode: "constructor" } }, false],
    ["with a word of nobody", { ...OFF, mode: { gate: "off" } }, false],
    ["with a word for a mode that we do not know", { ...OFF, mode: { ...WORD, gate: "asleep" } }, false],
    ["with a word that is no record", { ...OFF, mode: "off" }, false],
    ["with a word that was half said", { ...OFF, mode: { ...WORD, said: "yes" } }, false],
  ])("%s", (_name, file, off) => {
    expect(isOffIn(JSON.stringify(file))).toBe(off);
  });

  test.each(["", "{", "null", "[]", JSON.stringify(OFF).slice(0, -1)])("torn: %j", (text) => {
    expect(isOffIn(text)).toBe(false);
  });

  test("of a later version, with a record of our own beside it", () => {
    const newer = JSON.stringify({ ...OFF, schema: "countersign/session/3", pinned: { mode: "enforce" } });
    expect(isOffIn(newer, JSON.stringify(OFF))).toBe(true);
    expect(isOffIn(newer, newer)).toBe(false);
    expect(isOffIn(JSON.stringify({ ...OFF, pinned: { mode: "enforce" } }), JSON.stringify(OFF))).toBe(false);
  });

  test("a folder in the file's place", () => {
    const locations = freshLocations();
    mkdirSync(sessionFile(locations, ID), { recursive: true });
    expect(isSessionOff(locations, ID)).toBe(false);
  });
});
