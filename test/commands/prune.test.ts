import { randomUUID } from "node:crypto";
import {
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { digestOf } from "#base/digest.ts";
import { parseJson, parseShape } from "#base/json.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { takeLease } from "#codex/server/lease.ts";
import { VerdictKey } from "#gate/verdict/verdict-key.ts";
import type { Locations } from "#runs/locations.ts";
import { auditNames, keepAudit } from "#runs/plugin-audits.ts";
import { notePruned, prunedChains } from "#runs/prune/pruned.ts";
import { receiptNames } from "#runs/receipts/receipt-files.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { keepVerdict, verdictPath } from "#runs/receipts/verdict-file.ts";
import { answerRequest, writeRequest } from "#runs/sessions/requests.ts";
import { readSession } from "#runs/sessions/session-file.ts";
import { ageFiles, writeAgedSession } from "#test/aged-state.ts";
import { callCommand } from "#test/call-command.ts";
import { receiptDraft, sessionId } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NOW = new Date();
const DAY_MS = 24 * 60 * 60 * 1000;
const NEVER = new AbortController().signal;

const Printed = z.object({
  schema: z.literal("countersign/prune/1"),
  dryRun: z.boolean(),
  olderThanDays: z.int(),
  removed: z.record(z.string(), z.object({ count: z.int(), bytes: z.int() })),
  sessions: z.array(z.object({ session: z.string(), why: z.string() })),
  kept: z.array(z.object({ path: z.string(), why: z.string() })),
});

async function prune(locations: Locations, ...words: readonly string[]) {
  const { code, stdout, stderr } = await callCommand(locations, ["prune", "--json", ...words], { now: NOW });
  if (code !== 0) throw new Error(stderr);
  const { removed, ...rest } = parseJson(stdout, Printed);
  const counts = Object.entries(removed).map(([kind, { count }]) => [kind, count] as const);
  return {
    ...rest,
    removed: Object.fromEntries(counts.filter(([kind, count]) => count > 0 && kind !== "folders")),
  };
}

function filesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }).sort() : [];
}

const old = (name: string) => ({ name, now: NOW, days: 200 });

test("an old session goes with its whole chain, and that it was there stays on record", async () => {
  const locations = freshLocations();
  const gone = await writeAgedSession(locations, { ...old("gone"), receipts: 3 });
  const kept = await writeAgedSession(locations, { name: "kept", now: NOW, days: 170 });
  const read = readSession(locations, gone);
  const head = read.kind === "session" ? read.session.receipts.head : "";
  const goneDay = dirname([...receiptNames(locations)].find(({ session }) => session === gone)?.path ?? "");

  const would = await prune(locations, "--dry-run");
  expect(would).toMatchObject({ dryRun: true, olderThanDays: 180, removed: { sessions: 1, receipts: 3 } });
  expect(readSession(locations, gone).kind).toBe("session");
  expect(prunedChains(locations)).toEqual([]);

  expect((await prune(locations)).removed).toEqual({ sessions: 1, receipts: 3 });
  expect(existsSync(goneDay)).toBe(false);
  expect([...receiptNames(locations)].map(({ session }) => session)).toEqual([kept, kept]);
  expect(readdirSync(locations.sessions)).toEqual(["kept.json"]);
  expect(prunedChains(locations)).toEqual([
    { session: "gone", why: "age", receipts: { count: 3, head }, at: NOW.toISOString() },
  ]);
  expect((await prune(locations, "--older-than", "100")).removed).toEqual({
    sessions: 1,
    receipts: 2,
  });
  expect((await prune(locations)).removed).toEqual({});
});

test("what lives, what is asked and what is recent stays, however old records may be", async () => {
  const locations = freshLocations();
  await writeAgedSession(locations, old("held"));
  await writeAgedSession(locations, old("asked"));
  await writeAgedSession(locations, old("stopping"));
  await writeAgedSession(locations, { name: "recent", now: NOW, days: 0.9 });
  takeLease(locations.leases, sessionId("held"), process.pid);
  writeFileSync(join(locations.sessions, "stopping.stop.lock"), JSON.stringify(identifyProcess(process.pid)));
  await writeRequest(locations, {
    at: "2020-01-02T03:04:05.678Z",
    ask: { kind: "off" },
    session: sessionId("asked"),
    by: "agent-shell",
    agentSession: null,
    words: ["off"],
    cwd: "/work",
    tty: false,
  });
  expect(await prune(locations, "--older-than", "1")).toMatchObject({ removed: {}, kept: [] });
  expect(readdirSync(locations.sessions).filter((name) => name.endsWith(".json"))).toHaveLength(4);
});

test("what cannot be read is evidence: neither it nor its chain goes, and it is told", async () => {
  const locations = freshLocations();
  await writeAgedSession(locations, old("torn"));
  await writeAgedSession(locations, old("damaged"));
  await writeAgedSession(locations, old("whole"));
  writeFileSync(join(locations.sessions, "torn.json"), "{");
  const [damaged] = [...receiptNames(locations)].filter(({ session }) => session === "damaged");
  writeFileSync(damaged?.path ?? "", "{");
  writeFileSync(join(locations.sessions, "whole.json.corrupt-2020"), "{");
  ageFiles(locations.sessions, NOW, 200);
  const { removed, kept } = await prune(locations);
  expect(removed).toEqual({ sessions: 1, receipts: 2 });
  expect(kept.map(({ path }) => path)).toEqual([
    damaged?.path,
    join(locations.sessions, "torn.json"),
    locations.objects,
    join(locations.sessions, "whole.json.corrupt-2020"),
  ]);
  expect([...receiptNames(locations)]).toHaveLength(4);
  expect(existsSync(join(locations.sessions, "whole.json.corrupt-2020"))).toBe(true);
});

test("a session that is resumed while it is pruned keeps all it has", async () => {
  const locations = freshLocations();
  const id = await writeAgedSession(locations, old("resumed"));
  const lock = join(locations.sessions, "resumed.json.lock");
  // A hook that took the lock after the sessions were listed: it may be writing.
  writeFileSync(lock, JSON.stringify({ ...identifyProcess(process.pid), pidNamespace: "pid:[1]" }));
  lutimesSync(lock, new Date(), new Date());
  expect((await prune(locations)).removed).toEqual({});
  expect(readSession(locations, id).kind).toBe("session");
});

test("old verdicts, answered requests and what the dead left half done go", async () => {
  const locations = freshLocations();
  const key = parseShape(digestOf("a change"), VerdictKey);
  const draft = { key, at: NOW.toISOString(), session: sessionId("s"), receipt: "r", findings: [] };
  await keepVerdict(locations, { ...draft, decision: "ALLOW", model: null, summary: "" });
  const at = "2020-01-02T03:04:05.678Z";
  const asked = { at, session: null, agentSession: null, cwd: "/work", tty: true } as const;
  const on = await writeRequest(locations, { ...asked, words: [], by: "terminal", ask: { kind: "on" } });
  const done = { session: null, at, outcome: "done", detail: "" } as const;
  await answerRequest(locations, { ...done, request: on.id });
  const open = await writeRequest(locations, {
    ...asked,
    words: [],
    by: "agent-shell",
    ask: { kind: "off" },
  });
  const dead = { ...identifyProcess(process.pid), startTime: "1" };
  const left = [
    join(locations.requests, `.x.json.123.${randomUUID()}.tmp`),
    join(locations.root, "prune.lock.0123456789ab.breaking"),
    join(locations.root, "user-config.lock"),
  ];
  for (const path of left) writeFileSync(path, JSON.stringify(dead));
  const store = join(locations.objects, `${"a".repeat(20)}.${randomUUID()}.tmp`);
  mkdirSync(join(store, "objects"), { recursive: true });
  ageFiles(locations.root, NOW, 200);
  expect((await prune(locations)).removed).toEqual({ verdicts: 1, requests: 1, leftovers: 4 });
  expect(existsSync(verdictPath(locations, key))).toBe(false);
  expect(filesIn(locations.requests)).toEqual([`${open.id}.json`]);
  expect([...left, store].filter((path) => existsSync(path))).toEqual([]);
});

test("nothing outside of the state root is removed, wherever links lead", async () => {
  const locations = freshLocations();
  const outside = freshLocations().root;
  await writeAgedSession(locations, old("linked"));
  const day = dirname([...receiptNames(locations)][0]?.path ?? "");
  renameSync(day, join(outside, "day"));
  symlinkSync(join(outside, "day"), day);
  for (const [name, target] of [
    ["objects", "a".repeat(20)],
    ["servers", "b".repeat(20)],
    ["verdicts", "cc"],
  ] as const) {
    mkdirSync(join(locations.root, name), { recursive: true });
    mkdirSync(join(outside, name, "deep", "2020"), { recursive: true });
    writeFileSync(join(outside, name, `${"d".repeat(64)}.json`), "mine");
    symlinkSync(join(outside, name), join(locations.root, name, target));
  }
  ageFiles(outside, NOW, 400);
  const before = filesIn(outside);
  const { removed, kept } = await prune(locations);
  expect(removed).toEqual({});
  expect(kept).toHaveLength(2);
  expect(filesIn(outside)).toEqual(before);
});

test("a tree that is gone is forgotten, unless work was left in it", async () => {
  const locations = freshLocations();
  const tree = (root: string) => ({
    baseline: {
      root,
      store: join(locations.objects, "a".repeat(20)),
      snapshot: {
        tree: receiptDraft().snapshot?.tree ?? "",
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
  });
  const id = await writeAgedSession(locations, { name: "s", now: NOW, days: 10 });
  const path = join(locations.sessions, "s.json");
  const trees = [tree("/gone"), tree(locations.root)];
  const record: object = parseJson(readFileSync(path, "utf8"), z.looseObject({}));
  writeFileSync(path, JSON.stringify({ ...record, elsewhere: trees }));
  ageFiles(locations.sessions, NOW, 10);
  expect((await prune(locations)).removed).toEqual({ worktrees: 1 });
  expect(readSession(locations, id)).toMatchObject({
    session: { elsewhere: [{ baseline: { root: locations.root } }] },
  });
});

test("a store goes a month after its last use, once no session refers to it", async () => {
  const locations = freshLocations();
  const tree = receiptDraft().snapshot?.tree;
  if (tree === undefined) throw new Error("no tree");
  const rules = { excludes: "", attributes: "", filters: "" };
  const snapshot = { tree, head: null, opaque: [], rules };
  const store = (digit: string): string => join(locations.objects, digit.repeat(20));
  for (const digit of ["a", "b", "c"]) {
    for (const name of ["objects", "indexes", "scratch"])
      mkdirSync(join(store(digit), name), { recursive: true });
    writeFileSync(join(store(digit), "indexes", tree), "index");
    writeFileSync(join(store(digit), "indexes", "f".repeat(40)), "nobody's");
    ageFiles(store(digit), NOW, digit === "c" ? 20 : 40);
  }
  const root = locations.root;
  const baseline = { root, store: store("b"), snapshot, takenAt: NOW.toISOString(), why: "start" } as const;
  await writeAgedSession(locations, { name: "s", now: NOW, days: 100, own: { baseline } });
  const later = new Date(NOW.getTime() + DAY_MS);
  const { stdout } = await callCommand(locations, ["prune", "--json"], { now: later });
  expect(parseJson(stdout, Printed).removed).toMatchObject({ stores: { count: 1 }, objects: { count: 3 } });
  expect(existsSync(store("a"))).toBe(false);
  expect(readdirSync(join(store("b"), "indexes"))).toEqual([tree]);
  expect(existsSync(store("c"))).toBe(true);
});

test("while a session decides on a stop no git objects go: what it looks at is on record only afterwards", async () => {
  const locations = freshLocations();
  const store = join(locations.objects, "a".repeat(20));
  for (const name of ["objects", "indexes", "scratch"]) mkdirSync(join(store, name), { recursive: true });
  writeFileSync(join(store, "indexes", "f".repeat(40)), "of the stop");
  ageFiles(store, NOW, 40);
  mkdirSync(locations.sessions, { recursive: true });
  const lock = join(locations.sessions, "s.stop.lock");
  writeFileSync(lock, JSON.stringify(identifyProcess(process.pid)));
  const { removed, kept } = await prune(locations);
  expect(removed).toEqual({});
  expect(kept).toEqual([
    { path: locations.objects, why: "a stop or a review that is under way may need it" },
  ]);
  rmSync(lock);
  expect((await prune(locations)).removed).toEqual({ stores: 1 });
});

test("who asks for what was pruned is told so", async () => {
  const locations = freshLocations();
  await writeAgedSession(locations, { ...old("0123456789abcdef"), receipts: 3 });
  await writeAgedSession(locations, { name: "kept", now: NOW, days: 10 });
  await prune(locations);
  const day = NOW.toISOString().slice(0, 10);
  const words = new RegExp(
    `session 0123456789abcdef was pruned on ${day} with its 3 receipts; the digest of the last`,
  );
  const why = await callCommand(locations, ["why", "89abcdef-2"]);
  expect(why).toMatchObject({ code: 2, stderr: expect.stringMatching(words) });
  const never = await callCommand(locations, ["why", "89abcdef-4"]);
  expect(never.stderr).toContain('there is no receipt "89abcdef-4"; ');
  const one = await callCommand(locations, ["audit", "verify", "--session", "0123456789abcdef"]);
  expect(one).toMatchObject({ code: 2, stderr: expect.stringMatching(words) });
  const all = await callCommand(locations, ["audit", "verify"]);
  expect(all.stdout).toContain("they were pruned: 1 session with 3 receipts, the last on");
  expect(all.stdout).not.toContain("receipt-missing");
});

test("a pruning that was cut short is finished by the next one, and is no contradiction until then", async () => {
  const locations = freshLocations();
  const id = await writeAgedSession(locations, { ...old("half"), receipts: 3 });
  const read = readSession(locations, id);
  const receipts = read.kind === "session" ? read.session.receipts : { count: 0, head: null };
  notePruned(locations, NOW, [{ session: id, why: "age", receipts }]);
  rmSync([...receiptNames(locations)].at(-1)?.path ?? "");
  const verified = await callCommand(locations, ["audit", "verify"]);
  expect(verified.stdout).toContain("note: receipts of this session were pruned");
  expect(verified.stdout).not.toContain("receipt-missing");
  expect((await prune(locations)).removed).toEqual({ sessions: 1, receipts: 2 });
});

test("a session that comes back after it was pruned begins a new chain", async () => {
  const locations = freshLocations();
  const id = await writeAgedSession(locations, old("back"));
  await prune(locations);
  const { receipt } = await writeReceipt(locations, id, receiptDraft({ at: NOW.toISOString() }), NEVER);
  expect(receipt).toMatchObject({ n: 1, previous: null });
});

test("only one prunes at a time, and a number of days is asked for", async () => {
  const locations = freshLocations();
  expect(await callCommand(locations, ["prune"], { now: NOW })).toMatchObject({
    code: 0,
    stdout: "Nothing is old enough to go.\n",
  });
  expect(await callCommand(locations, ["prune", "--older-than", "0"])).toMatchObject({
    code: 2,
    stderr: 'countersign: prune: --older-than takes a number of days from 1, not "0"\n',
  });
  writeFileSync(join(locations.root, "prune.lock"), JSON.stringify(identifyProcess(process.pid)));
  expect(await callCommand(locations, ["prune"])).toMatchObject({
    code: 2,
    stderr: "countersign: prune: another `countersign prune` is at work; nothing was done\n",
  });
});

test("what is said for a person names what goes and what stays", async () => {
  const locations = freshLocations();
  await writeAgedSession(locations, old("gone"));
  await writeAgedSession(locations, old("torn"));
  writeFileSync(join(locations.sessions, "torn.json"), "{");
  lutimesSync(join(locations.sessions, "torn.json"), new Date(NOW.getTime() - 200 * DAY_MS), 0);
  const { stdout } = await callCommand(locations, ["prune", "--dry-run"], { now: NOW });
  expect(stdout).toMatch(/^Would remove:\n {2}1 session \(\d+ KiB\)\n {2}2 receipts\n\nLeft alone:\n/);
  expect(stdout).toContain("torn.json: it cannot be read");
});

test("old audits of plugins go, but for the latest", async () => {
  const locations = freshLocations();
  const days = (number: number) => new Date(NOW.getTime() - number * DAY_MS);
  await keepAudit(locations, "older", days(300));
  const old = await keepAudit(locations, "old", days(200));
  ageFiles(locations.audits, NOW, 200);
  expect((await prune(locations, "--dry-run")).removed).toEqual({ audits: 1 });
  expect((await prune(locations)).removed).toEqual({ audits: 1 });
  expect([...auditNames(locations)].map(({ id }) => id)).toEqual([old.id]);
});

test("fetched histories of plugins go long after the last fetch", async () => {
  const locations = freshLocations();
  const names = ["0".repeat(20), "1".repeat(20), `${"2".repeat(20)}.${randomUUID()}.tmp`, "notes"];
  for (const name of names) {
    mkdirSync(join(locations.fetched, name), { recursive: true });
    writeFileSync(join(locations.fetched, name, "FETCH_HEAD"), "x");
    writeFileSync(join(locations.fetched, name, "main.lock"), "");
  }
  ageFiles(locations.fetched, NOW, 40);
  utimesSync(join(locations.fetched, "1".repeat(20), "FETCH_HEAD"), NOW, NOW);
  expect((await prune(locations, "--dry-run")).removed).toEqual({ fetched: 2 });
  expect((await prune(locations)).removed).toEqual({ fetched: 2 });
  expect(readdirSync(locations.fetched)).toEqual(["1".repeat(20), "notes"]);
});
