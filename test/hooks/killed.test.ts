import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkChain } from "#audit/records/chain.ts";
import type { SessionId } from "#base/ids.ts";
import type { Locations } from "#runs/locations.ts";
import { listReceipts } from "#runs/receipts/receipts.ts";
import { readSession } from "#runs/sessions/session-file.ts";
import { callCommand } from "#test/call-command.ts";
import { startHook } from "#test/hook-process.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";
import { sessionId } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";
import { buildWorker } from "#test/worker.ts";

/** Sessions that are killed at the same time, each at every so many-th write. */
const LANES = 4;

type Place = {
  readonly locations: Locations;
  readonly repository: ScratchRepository;
  readonly killer: string;
};

test("a stop that is killed at any write loses nothing, and the next one works", {
  timeout: 600_000,
}, async () => {
  const repository = makeRepository();
  onTestFinished(repository.remove);
  repository.write("a.txt", "a\n");
  repository.commit("one");
  const killer = await buildWorker("kill-at-write", scratchFolder());
  const place = { locations: freshLocations(), repository, killer };
  const lanes = Array.from({ length: LANES }, (_, lane) => playLane(place, lane));
  const survivedAt = await Promise.all(lanes);
  // As many writes as there are, or nothing was tried.
  expect(Math.min(...survivedAt)).toBeGreaterThan(25);

  const { locations } = place;
  const later = new Date(Date.now() + 2 * 24 * 60 * 60 * 1000);
  const { code } = await callCommand(locations, ["prune"], { now: later });
  expect(code).toBe(0);
  const left = readdirSync(locations.root, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.tmp$|\.lock$|\.breaking$|scratch\/./.test(name),
  );
  expect(left).toEqual([]);
});

/** Kills one session's stop at each of its lane's writes until one survives; returns at which write that was. */
async function playLane(place: Place, lane: number): Promise<number> {
  const id = sessionId(`lane${lane}`);
  await hook(place, id, "SessionStart");
  place.repository.write(`lane${lane}.txt`, "changed\n");
  for (let at = lane + 1; ; at += LANES) {
    const before = await countOf(place.locations, id);
    const killed = await hook(place, id, "Stop", at);
    const after = await countOf(place.locations, id);
    expect(after - before).toBeLessThanOrEqual(1);
    const next = await hook(place, id, "Stop");
    expect(next).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(next.stdout)).toBeTypeOf("object");
    // One more receipt: the gate looked. Were it off, or did a lock of the dead hold it up, there would be none.
    expect(await countOf(place.locations, id), `killed at ${at}`).toBe(after + 1);
    if (killed.exitCode === 0) return at;
  }
}

/** Returns how many receipts the session has, once its chain is seen to be whole. */
async function countOf(locations: Locations, id: SessionId): Promise<number> {
  const { receipts, unreadable } = await listReceipts(locations, { session: id });
  const read = readSession(locations, id);
  if (read.kind !== "session") throw new Error(`the session is ${read.kind}`);
  const end = { kind: "recorded", receipts: read.session.receipts } as const;
  const findings = checkChain({ session: id, receipts, unreadable, end });
  expect(findings.filter(({ kind }) => kind !== "receipt-unrecorded")).toEqual([]);
  return receipts.length;
}

async function hook(
  { locations, repository, killer }: Place,
  session_id: SessionId,
  event: "SessionStart" | "Stop",
  killAt?: number,
) {
  mkdirSync(locations.root, { recursive: true });
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: repository.home,
    COUNTERSIGN_HOME: locations.root,
    // There is no Codex: the change is not reviewed, which is said and put on record.
    COUNTERSIGN_CODEX: join(repository.beside, "none"),
    CLAUDE_PID: String(process.pid),
    ...(killAt === undefined ? {} : { NODE_OPTIONS: `--require ${killer}`, KILL_AT: String(killAt) }),
  };
  const started = startHook(event === "Stop" ? "stop" : "session-start", { env, cwd: repository.root });
  const common = { session_id, cwd: repository.root, transcript_path: join(repository.beside, "none.jsonl") };
  const stop = { stop_hook_active: false, background_tasks: [], prompt_id: "p" };
  const input = event === "Stop" ? stop : { source: "startup" };
  started.stdin.end(JSON.stringify({ ...common, ...input, hook_event_name: event }));
  return await started.ended;
}
