import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { pruneLeftovers } from "#runs/prune/prune-leftovers.ts";
import { forgetGoneTrees } from "#runs/prune/prune-session.ts";
import { RETENTION } from "#runs/prune/retention.ts";
import { storedSessions } from "#runs/prune/stored-sessions.ts";
import type { TreeState } from "#runs/sessions/session.ts";
import { writeAgedSession } from "#test/aged-state.ts";
import { freshLocations } from "#test/state-root.ts";

const NOW = new Date();

test("a session that is held just then is not waited for", async () => {
  const locations = freshLocations();
  const elsewhere = {
    baseline: {
      root: "/gone",
      store: join(locations.objects, "a".repeat(20)),
      snapshot: {
        tree: parseShape("a".repeat(40), ObjectId),
        head: null,
        opaque: [],
        rules: { excludes: "", attributes: "", filters: "" },
      },
      takenAt: NOW.toISOString(),
      why: "followed",
    },
    seen: [],
    omitted: [],
    ledger: [],
  } satisfies TreeState;
  await writeAgedSession(locations, { name: "s", now: NOW, days: 10, own: { elsewhere: [elsewhere] } });
  const [session] = storedSessions(locations, { held: new Set(), requests: [] });
  if (session === undefined) throw new Error("no session");
  writeFileSync(join(locations.sessions, "s.json.lock"), JSON.stringify(identifyProcess(process.pid)));
  const forgetting = forgetGoneTrees(locations, session, { dryRun: false }, new AbortController().signal);
  expect(await forgetting).toMatchObject({ why: "it is in use" });
});

/** One process that forks nothing: with its end, no more folders come. */
const COMES_AND_GOES = `
  const { mkdirSync, rmdirSync } = require("fs");
  for (;;) {
    for (const name of ["a", "b", "c", "d"]) mkdirSync(name);
    for (const name of ["a", "b", "c", "d"]) rmdirSync(name);
  }
`;

test("a folder that goes while leftovers are looked for stops nothing", async () => {
  const locations = freshLocations();
  mkdirSync(locations.servers, { recursive: true });
  const other = spawn(process.execPath, ["-e", COMES_AND_GOES], { cwd: locations.servers, stdio: "ignore" });
  const closed = once(other, "close");
  try {
    await vi.waitFor(() => expect(readdirSync(locations.servers)).not.toEqual([]), 50_000);
    for (let look = 0; look < 1_000; look += 1) {
      const options = { retention: RETENTION, now: NOW, dryRun: true };
      expect(await pruneLeftovers(locations, options)).toEqual({ count: 0, bytes: 0 });
    }
  } finally {
    other.kill("SIGKILL");
    await closed;
  }
});
