import { expect, test } from "vitest";
import { checkChain } from "#audit/records/chain.ts";
import { pruneEverything } from "#commands/prune/prune-everything.ts";
import { RETENTION } from "#runs/prune/retention.ts";
import { listReceipts } from "#runs/receipts/receipts.ts";
import { changeSession, listSessions, readSession } from "#runs/sessions/session-file.ts";
import { writeAgedSession } from "#test/aged-state.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";
import { buildWorker, startWorker } from "#test/worker.ts";

const NEVER = new AbortController().signal;
const SESSIONS = 5;
const OLD = 40;

test("while 20 processes write, pruning takes what is old and nothing else", async () => {
  const locations = freshLocations();
  const script = await buildWorker("write-receipts", scratchFolder());
  const ids = Array.from({ length: SESSIONS }, (_, index) => sessionId(`s${index}`));
  for (const id of ids) {
    await changeSession(locations, id, () => sessionValue({ session_id: id }), NEVER);
  }
  for (let n = 0; n < OLD; n += 1) {
    await writeAgedSession(locations, { name: `old${n}`, now: new Date(), days: 181 + n });
  }
  const workers = Array.from({ length: 20 }, (_, index) =>
    startWorker(script, [locations.root, `s${index % SESSIONS}`, "20"]),
  );
  let over = false;
  const all = Promise.all(workers.map(({ ended }) => ended)).finally(() => {
    over = true;
  });
  const gone: string[] = [];
  for (let limit = OLD; !over || limit > 0; limit -= 10) {
    // A few at a time, so that there is something to take as long as there are writers.
    const retention = { ...RETENTION, recordDays: 180 + Math.max(0, limit - 10) };
    const { sessions } = await pruneEverything(
      locations,
      { retention, now: new Date(), dryRun: false },
      NEVER,
    );
    gone.push(...sessions.map(({ session }) => session));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect((await all).filter(({ code }) => code !== 0)).toEqual([]);

  expect(new Set(gone).size).toBe(OLD);
  expect(listSessions(locations).map(({ id }) => id)).toEqual(ids);
  const { receipts, unreadable } = await listReceipts(locations, {});
  expect(unreadable).toEqual([]);
  expect(receipts).toHaveLength(400);
  for (const id of ids) {
    const read = readSession(locations, id);
    if (read.kind !== "session") throw new Error(`${id} is ${read.kind}`);
    const own = receipts.filter(({ name }) => name.session === id);
    const end = { kind: "recorded", receipts: read.session.receipts } as const;
    expect(checkChain({ session: id, receipts: own, unreadable, end })).toEqual([]);
  }
});
