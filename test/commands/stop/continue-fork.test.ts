import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { continueFork } from "#commands/stop/continue-fork.ts";
import type { Locations } from "#runs/locations.ts";
import type { Baseline, ReviewState, Session } from "#runs/sessions/session.ts";
import { changeSession, readSession } from "#runs/sessions/session-file.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { A_TREE, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const signal = new AbortController().signal;
const AT = "2026-01-02T03:04:05.000Z";
const RULES = { excludes: "", attributes: "", filters: "" };
const SNAPSHOT: Baseline["snapshot"] = { tree: A_TREE, head: null, opaque: [], rules: RULES };
const REVIEW: ReviewState = {
  threadId: "t",
  round: 1,
  fingerprint: "1",
  snapshot: SNAPSHOT,
  at: AT,
  findings: [],
  promptId: null,
};

function baseline(root: string): Baseline {
  return { root, store: "/s", snapshot: SNAPSHOT, takenAt: AT, why: "start" };
}

/** A parent that was held back, and a fork of it that has just come to its first stop. */
async function family(own: Partial<Session> = {}): Promise<{ locations: Locations; fork: Session }> {
  const locations = freshLocations();
  const [shared, copy] = ["parent", "fork"].map((name) => join(scratchFolder(), `${name}.jsonl`));
  if (shared === undefined || copy === undefined) throw new Error("two paths were asked for");
  for (const path of [shared, copy]) writeFileSync(path, '{"type":"user","uuid":"a"}\n');
  const decided = [{ baseline: "0", fingerprint: "1", as: "blocked" as const }];
  const parent = sessionValue({
    transcript: shared,
    baseline: baseline("/work/old"),
    review: REVIEW,
    decided,
  });
  const fork = sessionValue({
    session_id: sessionId("s2"),
    started: "2026-01-02T03:05:00.000Z",
    source: "fork",
    transcript: copy,
    baseline: baseline("/work/new"),
    ...own,
  });
  for (const session of [parent, fork]) {
    await changeSession(locations, session.session_id, () => session, signal);
  }
  return { locations, fork };
}

test("a fork goes on from its parent's baseline, findings and decisions, on a thread of its own", async () => {
  const { locations, fork } = await family();
  const { session, notices } = await continueFork(locations, fork, signal);
  expect(session).toMatchObject({
    session_id: "s2",
    baseline: { root: "/work/old" },
    review: { threadId: null },
    decided: [{ as: "blocked" }],
  });
  expect(notices).toEqual([]);
  expect(readSession(locations, sessionId("s2"))).toEqual({ kind: "session", session });
});

test.each<readonly [string, Partial<Session>]>([
  ["a session that is no fork", { source: "startup" }],
  ["a fork that has come to a stop before", { receipts: { count: 1, head: "d" } }],
  ["a fork of a session that is not known", { transcript: "/nowhere/fork.jsonl" }],
])("%s stays as it is", async (_name, own) => {
  const { locations, fork } = await family(own);
  expect(await continueFork(locations, fork, signal)).toEqual({ session: fork, notices: [] });
});

test("a parent's transcript that cannot be read is said, and the fork keeps its own baseline", async () => {
  const { locations, fork } = await family();
  const { session, notices } = await continueFork(locations, fork, AbortSignal.abort(new Error("too slow")));
  expect(session).toEqual(fork);
  expect(notices).toEqual([expect.stringContaining("countersign review --unsigned")]);
});
