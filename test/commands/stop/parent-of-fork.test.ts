import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { beginSession } from "#commands/hooks/begin-session.ts";
import { parentOfFork, withDebtOf } from "#commands/stop/parent-of-fork.ts";
import type { Locations } from "#runs/locations.ts";
import type { Baseline, Session } from "#runs/sessions/session.ts";
import { changeSession, readSession } from "#runs/sessions/session-file.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { A_TREE, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const signal = new AbortController().signal;
const RULES = { excludes: "", attributes: "", filters: "" };
const SNAPSHOT: Baseline["snapshot"] = { tree: A_TREE, head: null, opaque: [], rules: RULES };
let locations: Locations;
beforeEach(() => {
  locations = freshLocations();
});

function at(minute: number): string {
  return `2026-01-02T03:0${minute}:00.000Z`;
}

function baseline(root: string, minute: number, store = "/s"): Baseline {
  return { root, store, snapshot: SNAPSHOT, takenAt: at(minute), why: "start" };
}

/** A session on record that began at that minute, with a transcript of these entries. */
async function recorded(
  name: string,
  minute: number,
  { ids, ...own }: Partial<Session> & { readonly ids: readonly string[] },
): Promise<Session> {
  const transcript = join(scratchFolder(), `${name}.jsonl`);
  writeFileSync(transcript, ids.map((uuid) => `${JSON.stringify({ type: "user", uuid })}\n`).join(""));
  const session = sessionValue({ session_id: sessionId(name), started: at(minute), transcript, ...own });
  await changeSession(locations, session.session_id, () => session, signal);
  return session;
}

test("a baseline that the parent moved after the fork began is not the fork's", () => {
  const fork = sessionValue({ source: "fork", started: at(5), baseline: baseline("/work", 5) });
  const moved = sessionValue({ baseline: { ...baseline("/work", 6), why: "anothers" } });
  expect(withDebtOf(moved, fork)).toEqual(fork);
});

test("a fork owes each tree that its parent owed by then, and keeps its own besides", () => {
  const fork = sessionValue({ source: "fork", started: at(5), baseline: baseline("/own", 5) });
  const tree = (root: string, minute: number) => ({
    baseline: baseline(root, minute),
    seen: [],
    omitted: [],
    ledger: [],
  });
  const parent = sessionValue({ ...tree("/signed", 6), elsewhere: [tree("/owed", 2), tree("/too", 3)] });
  const { baseline: viewed, elsewhere } = withDebtOf(parent, fork);
  expect(viewed?.root).toBe("/owed");
  expect(elsewhere.map((one) => one.baseline.root)).toEqual(["/too", "/own"]);
});

test("a fork of a fork that came to no stop owes what the first session does", async () => {
  await recorded("first", 1, { ids: ["a"], baseline: baseline("/work", 1) });
  const second = { ids: ["a", "b"], source: "fork", baseline: baseline("/work", 3) };
  await recorded("second", 3, second);
  const third = await recorded("third", 5, { ...second, ids: ["a", "b", "c"] });
  const found = await parentOfFork(locations, third, signal);
  expect(found).toMatchObject({ session_id: "second", baseline: { takenAt: at(1) } });
});

test("who began later, or works in another repository, is no parent", async () => {
  await recorded("later", 6, { ids: ["k"], baseline: baseline("/work", 6) });
  await recorded("stranger", 1, { ids: ["k"], baseline: baseline("/other", 1, "/other-store") });
  const fork = await recorded("own", 5, { ids: ["k"], source: "fork", baseline: baseline("/work", 5) });
  expect(await parentOfFork(locations, fork, signal)).toBeUndefined();
});

test.each(["compact", "resume"])(
  "a fork stays one that has a parent to look for, also after a %s",
  async (source) => {
    const fork = sessionValue({ session_id: sessionId(`fork-${source}`), source: "fork" });
    await changeSession(locations, fork.session_id, () => fork, signal);
    const folder = scratchFolder();
    const input = { session_id: fork.session_id, cwd: folder, source };
    const call = {
      stdin: { kind: "text", text: JSON.stringify(input) },
      environment: { COUNTERSIGN_PREWARM: "false" },
      home: folder,
      locations,
      askedAt: new Date(),
      signal,
    } as const;
    expect(await beginSession(call)).toEqual({});
    expect(readSession(locations, fork.session_id)).toMatchObject({ session: { source: "fork" } });
  },
);
