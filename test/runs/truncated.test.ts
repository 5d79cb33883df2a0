import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { digestOf } from "#base/digest.ts";
import { parseShape } from "#base/json.ts";
import { isLocked } from "#base/lock.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { liveLeases, takeLease } from "#codex/server/lease.ts";
import { type Config, DEFAULT_CONFIG } from "#gate/config.ts";
import { VerdictKey } from "#gate/verdict/verdict-key.ts";
import { readEffectiveConfig } from "#runs/config/config-files.ts";
import { notePruned, prunedChains } from "#runs/prune/pruned.ts";
import { readReceipt } from "#runs/receipts/receipt-files.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { keepVerdict, readVerdict, verdictPath } from "#runs/receipts/verdict-file.ts";
import { answerRequest, readRequests, writeRequest } from "#runs/sessions/requests.ts";
import { changeSession, listSetAside, readSession } from "#runs/sessions/session-file.ts";
import { isSessionOff } from "#runs/sessions/session-mode.ts";
import { receiptDraft, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const ID = sessionId("s1");
const AT = "2026-01-02T03:04:05.678Z";

/** Returns what is seen with each beginning of the file in its place, each sight once; the whole is put back at the end. */
async function atEveryByte(path: string, look: () => unknown): Promise<readonly unknown[]> {
  const whole = readFileSync(path);
  const sights = new Map<string, unknown>();
  for (let cut = 0; cut < whole.length - 1; cut += 1) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, whole.subarray(0, cut));
    const sight = await look();
    sights.set(JSON.stringify(sight), sight);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, whole);
  return [...sights.values()];
}

test("a session's file cut at any byte is corrupt, never off, and is set aside whole", async () => {
  const locations = freshLocations();
  // Off: so that a reading by guess would show.
  const off = sessionValue({ mode: { gate: "off", by: "terminal", at: AT, said: true } });
  await changeSession(locations, ID, () => off, NEVER);
  expect(isSessionOff(locations, ID)).toBe(true);
  const path = join(locations.sessions, "s1.json");
  const sights = await atEveryByte(path, () => [
    readSession(locations, ID).kind,
    isSessionOff(locations, ID),
  ]);
  expect(sights).toEqual([["corrupt", false]]);
  const bytes = readFileSync(path).subarray(0, 700);
  writeFileSync(path, bytes);
  const { corrupt, session } = await changeSession(locations, ID, (known) => known ?? sessionValue(), NEVER);
  expect(session).toEqual(sessionValue());
  expect(listSetAside(locations)).toEqual([corrupt?.path]);
  expect(readFileSync(corrupt?.path ?? "")).toEqual(bytes);
});

test("a receipt cut at any byte is listed as unreadable, keeps its number, and stays", async () => {
  const locations = freshLocations();
  await changeSession(locations, ID, () => sessionValue(), NEVER);
  const { name } = await writeReceipt(locations, ID, receiptDraft(), NEVER);
  expect(await atEveryByte(name.path, () => "receipt" in readReceipt(name))).toEqual([false]);
  writeFileSync(name.path, "{");
  const next = await writeReceipt(locations, ID, receiptDraft({ at: "2026-01-02T04:00:00.000Z" }), NEVER);
  expect(next.receipt.n).toBe(2);
  expect(readFileSync(name.path, "utf8")).toBe("{");
});

test("a request or an answer cut at any byte grants nothing, and is told", async () => {
  const locations = freshLocations();
  const asked = { at: AT, session: null, agentSession: ID, words: ["off"], cwd: "/work", tty: false };
  const request = await writeRequest(locations, { ...asked, by: "agent-shell", ask: { kind: "off" } });
  await answerRequest(locations, { request: request.id, session: ID, at: AT, outcome: "done", detail: "d" });
  for (const name of readdirSync(locations.requests)) {
    const sights = await atEveryByte(join(locations.requests, name), () => {
      const { requests, unreadable } = readRequests(locations);
      return [unreadable.length, requests.flatMap(({ answers }) => answers).length];
    });
    expect(sights).toEqual([[1, 0]]);
  }
});

test("a verdict cut at any byte is none: it is set aside, and the change is asked about anew", async () => {
  const locations = freshLocations();
  const key = parseShape(digestOf("a change"), VerdictKey);
  const draft = { key, at: AT, session: ID, receipt: "r", findings: [], model: null, summary: "" };
  await keepVerdict(locations, { ...draft, decision: "ALLOW" });
  const sights = await atEveryByte(verdictPath(locations, key), async () => {
    const { kind } = await readVerdict(locations, key);
    rmSync(dirname(verdictPath(locations, key)), { recursive: true });
    return kind;
  });
  expect(sights).toEqual(["set-aside"]);
});

test("a claim cut at any byte is none, and a lock cut at any byte is held until it is old", async () => {
  const locations = freshLocations();
  takeLease(locations.leases, ID, process.pid);
  expect(liveLeases(locations.leases)).toHaveLength(1);
  const [mark] = readdirSync(locations.leases);
  expect(await atEveryByte(join(locations.leases, mark ?? ""), () => liveLeases(locations.leases))).toEqual([
    [],
  ]);
  const lock = join(locations.root, "x.lock");
  writeFileSync(lock, JSON.stringify(identifyProcess(process.pid)));
  expect(await atEveryByte(lock, () => isLocked(lock))).toEqual([true]);
});

test("a configuration cut at any byte leaves the gate as it was pinned, else on, and is told", async () => {
  const locations = freshLocations();
  const repositoryRoot = join(locations.root, "repository");
  mkdirSync(join(locations.root, "countersign"));
  mkdirSync(repositoryRoot);
  const sources = { userConfig: locations.userConfig, repositoryRoot, home: locations.root, environment: {} };
  writeFileSync(locations.userConfig, JSON.stringify({ gate: "off", maxRounds: 2 }));
  writeFileSync(join(repositoryRoot, ".countersign.json"), JSON.stringify({ send: false, maxRounds: 2 }));
  expect(readEffectiveConfig(sources, undefined).config).toMatchObject({ gate: "off", send: false });
  const pinned = { ...DEFAULT_CONFIG, gate: "advise" } as const;
  const seenWith = (lastPinned: Config | undefined) => (): unknown => {
    const { config, warnings } = readEffectiveConfig(sources, lastPinned);
    return [config.gate, warnings.some(({ kind }) => kind === "unreadable")];
  };
  expect(await atEveryByte(locations.userConfig, seenWith(undefined))).toEqual([["enforce", true]]);
  expect(await atEveryByte(locations.userConfig, seenWith(pinned))).toEqual([["advise", true]]);
  writeFileSync(locations.userConfig, JSON.stringify({ gate: "advise" }));
  const project = join(repositoryRoot, ".countersign.json");
  expect(await atEveryByte(project, seenWith(undefined))).toEqual([["advise", true]]);
});

test("a note of a pruning cut at any byte excuses nothing", async () => {
  const locations = freshLocations();
  notePruned(locations, new Date(AT), [{ session: ID, why: "age", receipts: { count: 3, head: null } }]);
  const [name] = readdirSync(locations.pruned);
  expect(await atEveryByte(join(locations.pruned, name ?? ""), () => prunedChains(locations))).toEqual([[]]);
  expect(prunedChains(locations)).toHaveLength(1);
});

test.each<[string, (path: string) => void]>([
  ["a folder", (path) => mkdirSync(path)],
  ["a link to itself", (path) => symlinkSync(path, path)],
  ["garbage", (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00, 0x01]))],
  ["JSON of another shape", (path) => writeFileSync(path, "[1, 2]")],
])("%s in the place of a session's file is set aside, and the gate goes on", async (_what, put) => {
  const locations = freshLocations();
  const path = join(locations.sessions, "s1.json");
  mkdirSync(locations.sessions);
  put(path);
  expect(readSession(locations, ID).kind).toBe("corrupt");
  expect(isSessionOff(locations, ID)).toBe(false);
  const { corrupt } = await changeSession(locations, ID, (known) => known ?? sessionValue(), NEVER);
  expect(corrupt?.path).toContain("s1.json.corrupt-");
  expect(readSession(locations, ID).kind).toBe("session");
  expect(listSetAside(locations)).toEqual([corrupt?.path]);
});

test("a link in the place of a session's file is replaced, and what it leads to is left alone", async () => {
  const locations = freshLocations();
  const outside = join(freshLocations().root, "outside.json");
  writeFileSync(outside, JSON.stringify(sessionValue()));
  mkdirSync(locations.sessions);
  symlinkSync(outside, join(locations.sessions, "s1.json"));
  await changeSession(locations, ID, (known) => known && { ...known, cwd: "/changed" }, NEVER);
  expect(readFileSync(outside, "utf8")).toBe(JSON.stringify(sessionValue()));
  expect(readSession(locations, ID)).toMatchObject({ session: { cwd: "/changed" } });
});
