import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { locationsOf } from "#runs/locations.ts";
import { changeSession, listSessions, listSetAside, readSession } from "#runs/sessions/session-file.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { A_TREE, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const ID = sessionId("s1");

test("a session that was never seen is none, and reading makes no file", () => {
  const locations = freshLocations();
  expect(readSession(locations, ID)).toEqual({ kind: "none" });
  expect(readdirSync(locations.root)).toEqual([]);
});

test("what was changed is read back, for this user only, and no lock stays", async () => {
  const locations = freshLocations();
  const snapshot = {
    tree: A_TREE,
    head: null,
    opaque: [],
    rules: { excludes: "", attributes: "", filters: "" },
  };
  const session = sessionValue({
    baseline: { root: "/r", store: "/s", snapshot, takenAt: "2026-01-02T03:04:05Z", why: "start" },
    mode: { gate: "off", by: "terminal", at: "2026-01-02T03:04:05Z" },
  });
  expect(await changeSession(locations, ID, () => session, NEVER)).toEqual({ session, corrupt: undefined });
  expect(readSession(locations, ID)).toEqual({ kind: "session", session });
  expect(readdirSync(locations.sessions)).toEqual(["s1.json"]);
  expect(statSync(join(locations.sessions, "s1.json")).mode & 0o777).toBe(0o600);
  expect(statSync(locations.sessions).mode & 0o777).toBe(0o700);
});

test("a change sees what the one before it left, and may leave all as it is", async () => {
  const locations = freshLocations();
  await changeSession(locations, ID, () => sessionValue(), NEVER);
  const before = readFileSync(join(locations.sessions, "s1.json"), "utf8");
  await changeSession(locations, ID, () => undefined, NEVER);
  expect(readFileSync(join(locations.sessions, "s1.json"), "utf8")).toBe(before);
  await changeSession(locations, ID, (session) => session && { ...session, source: "resume" }, NEVER);
  expect(readSession(locations, ID)).toMatchObject({ session: { source: "resume" } });
});

test("what comes to the same is not written again", async () => {
  const locations = freshLocations();
  const change = async (source: string) => {
    await changeSession(locations, ID, (known) => ({ ...(known ?? sessionValue()), source }), NEVER);
    return statSync(join(locations.sessions, "s1.json")).ino;
  };
  await change("startup");
  // A file that was first written from elsewhere may have its members in another order.
  const before = await change("startup");
  expect(await change("startup")).toBe(before);
  expect(await change("resume")).not.toBe(before);
  expect(readSession(locations, ID)).toMatchObject({ session: { source: "resume" } });
});

test("changes at one time are made one after another", async () => {
  const locations = freshLocations();
  await changeSession(locations, ID, () => sessionValue(), NEVER);
  const kinds = Array.from({ length: 20 }, (_, index) => `kind-${index}`);
  await Promise.all(
    kinds.map((kind) =>
      changeSession(
        locations,
        ID,
        (session) => session && { ...session, failuresBlocked: [...session.failuresBlocked, kind] },
        NEVER,
      ),
    ),
  );
  const read = readSession(locations, ID);
  expect(read.kind === "session" ? [...read.session.failuresBlocked].sort() : read).toEqual(
    [...kinds].sort(),
  );
});

const whole = JSON.stringify(sessionValue());
test.each([
  ["empty", ""],
  ["torn", whole.slice(0, 200)],
  ["garbage", "\u0000\u0001"],
  ["of another kind", whole.replace("session/2", "receipt/2")],
  ["with a key that we never write", whole.replace('"source"', '"gateOff":true,"source"')],
  ["with a gate that is no mode", whole.replace('"gate":"enforce"', '"gate":"never"')],
])("a file that is %s is told, set aside, and kept", async (_name, text) => {
  const locations = freshLocations();
  const path = join(locations.sessions, "s1.json");
  mkdirSync(locations.sessions);
  writeFileSync(path, text);
  expect(readSession(locations, ID)).toMatchObject({ kind: "corrupt", path });
  expect(readFileSync(path, "utf8")).toBe(text);

  let seen: unknown = "not called";
  const { corrupt } = await changeSession(
    locations,
    ID,
    (session) => {
      seen = session;
      return sessionValue();
    },
    NEVER,
  );
  expect(seen).toBeUndefined();
  expect(readFileSync(corrupt?.path ?? "", "utf8")).toBe(text);
  expect(listSetAside(locations)).toEqual([corrupt?.path]);
  const read = readSession(locations, ID);
  expect(read).toMatchObject({ kind: "session", session: { pinned: { config: DEFAULT_CONFIG } } });
});

test("a file that is torn twice is kept twice", async () => {
  const locations = freshLocations();
  mkdirSync(locations.sessions);
  for (const text of ["{1", "{2", "{3"]) {
    writeFileSync(join(locations.sessions, "s1.json"), text);
    await changeSession(locations, ID, () => undefined, NEVER);
  }
  expect(listSetAside(locations).map((path) => readFileSync(path, "utf8"))).toEqual(["{1", "{2", "{3"]);
  expect(existsSync(join(locations.sessions, "s1.json"))).toBe(false);
});

test("a state root that may not be written is told as such", async () => {
  const root = scratchFolder();
  writeFileSync(join(root, "file"), "");
  const locations = locationsOf({ COUNTERSIGN_HOME: join(root, "file", "state") }, root, process.platform);
  await expect(changeSession(locations, ID, () => sessionValue(), NEVER)).rejects.toMatchObject({
    failure: { kind: "state-unwritable" },
  });
});

test("two sessions never share anything; both are listed", async () => {
  const locations = freshLocations();
  const other = sessionId("s2");
  await changeSession(locations, ID, () => sessionValue(), NEVER);
  await changeSession(locations, other, () => sessionValue({ session_id: other, source: "resume" }), NEVER);
  writeFileSync(join(locations.sessions, "s3.json"), "{torn");
  expect(readSession(locations, ID)).toMatchObject({ session: { source: "startup" } });
  expect(listSessions(locations).map(({ id, read }) => [id, read.kind])).toEqual([
    ["s1", "session"],
    ["s2", "session"],
    ["s3", "corrupt"],
  ]);
});
