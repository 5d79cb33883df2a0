import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { dropLease } from "#codex/server/drop-lease.ts";
import { holdsLease, isClaimed, liveLeases, takeLease } from "#codex/server/lease.ts";

const one = parseShape("session-one", SessionId);
const two = parseShape("session-two", SessionId);
let directory: string;
let hosts: ChildProcess[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-lease-"));
  hosts = [spawn("sleep", ["100"]), spawn("sleep", ["100"])];
});
afterEach(() => {
  for (const host of hosts) host.kill("SIGKILL");
  rmSync(directory, { recursive: true });
});

const OF_THE_DEAD = { startTime: "1", bootId: "", pidNamespace: "" };

function pid(index: number): number {
  return hosts[index]?.pid ?? 0;
}

function held(): readonly string[] {
  return liveLeases(directory).map(
    (lease) => `${lease.sessionId} by ${hosts.findIndex((host) => host.pid === lease.process.pid)}`,
  );
}

test("one session by two processes, one process with two sessions: each is dropped alone", () => {
  takeLease(directory, one, pid(0));
  takeLease(directory, one, pid(1));
  takeLease(directory, two, pid(0));
  takeLease(directory, two, pid(0));
  expect(held()).toEqual(["session-one by 0", "session-one by 1", "session-two by 0"].sort());
  dropLease(directory, one, pid(0));
  expect(held()).toEqual(["session-one by 1", "session-two by 0"]);
});

test("who holds a lease is told without opening those of others", () => {
  takeLease(directory, one, pid(0));
  mkdirSync(join(directory, `${two}.${pid(1)}.a`));
  writeFileSync(join(directory, `${two}.4711.b`), JSON.stringify({ ...OF_THE_DEAD, pid: 4711 }));
  expect([pid(0), pid(1), 4712].map((host) => holdsLease(directory, host))).toEqual([true, false, false]);
  expect(readdirSync(directory)).toHaveLength(3);
  expect(holdsLease(directory, 4711)).toBe(false);
  expect(readdirSync(directory)).toHaveLength(2);
});

test("dropping what is not there, or from a folder that is not there, does nothing", () => {
  dropLease(directory, one, pid(0));
  dropLease(join(directory, "absent"), one, pid(0));
  expect(liveLeases(join(directory, "absent"))).toEqual([]);
});

test("a session whose name begins like another's is left alone", () => {
  const longer = parseShape("session-one-more", SessionId);
  takeLease(directory, longer, pid(0));
  dropLease(directory, one, pid(0));
  expect(held()).toEqual(["session-one-more by 0"]);
});

test("the lease of a killed process does not count, and its file goes", async () => {
  takeLease(directory, one, pid(0));
  hosts[0]?.kill("SIGKILL");
  if (hosts[0] !== undefined) await once(hosts[0], "exit");
  expect(held()).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
});

test("a process that has got the pid of the dead one does not keep the lease", () => {
  takeLease(directory, one, pid(0));
  const path = join(directory, readdirSync(directory)[0] ?? "");
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), startTime: "1" }));
  expect(held()).toEqual([]);
});

test("a lease of another pid namespace shows a session, but claims no server here", () => {
  takeLease(directory, one, pid(0));
  expect(isClaimed(directory)).toBe(true);
  const path = join(directory, readdirSync(directory)[0] ?? "");
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), pidNamespace: "pid:[1]" }));
  expect(liveLeases(directory)).toHaveLength(1);
  expect(isClaimed(directory)).toBe(false);
  takeLease(directory, one, pid(0));
  expect(isClaimed(directory)).toBe(true);
});

test("no lease for a process that is not there; foreign files neither count nor vanish", () => {
  takeLease(directory, one, 2 ** 22 + 1);
  writeFileSync(join(directory, "torn.1.x"), "{");
  expect(held()).toEqual([]);
  expect(readdirSync(directory)).toEqual(["torn.1.x"]);
});

test("the lease of another machine on one state root is left to that machine, for a week", () => {
  const elsewhere = {
    pid: 4711,
    startTime: "1",
    bootId: "another",
    pidNamespace: "pid:[1]",
    host: "elsewhere",
  };
  const mark = join(directory, `${one}.4711.a`);
  writeFileSync(mark, JSON.stringify(elsewhere));
  writeFileSync(join(directory, `${two}.4711.b`), JSON.stringify({ ...elsewhere, host: hostname() }));
  expect(liveLeases(directory).map(({ sessionId }) => sessionId)).toEqual([one]);
  expect(isClaimed(directory)).toBe(false);
  expect(readdirSync(directory)).toEqual([`${one}.4711.a`]);
  const old = new Date(Date.now() - 8 * 24 * 60 * 60 * 1_000);
  utimesSync(mark, old, old);
  expect([liveLeases(directory), readdirSync(directory)]).toEqual([[], []]);
});

test("a lease names the machine that it was taken on", () => {
  takeLease(directory, one, pid(0));
  const [name = ""] = readdirSync(directory);
  expect(JSON.parse(readFileSync(join(directory, name), "utf8"))).toMatchObject({ host: hostname() });
});
