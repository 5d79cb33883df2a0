import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { sha256 } from "#base/digest.ts";
import { isLocked, LockFault, withLock } from "#base/lock.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { buildWorker, startWorker } from "#test/worker.ts";

const NEVER = new AbortController().signal;

test("processes that add to one number lose nothing, and leave no lock", async () => {
  const folder = scratchFolder();
  const script = await buildWorker("count-under-lock", folder);
  const workers = Array.from({ length: 6 }, () => startWorker(script, [folder, "30"]));
  const ends = await Promise.all(workers.map(({ ended }) => ended));
  expect(ends.map(({ code, errors }) => ({ code, errors }))).toEqual(
    ends.map(() => ({ code: 0, errors: "" })),
  );
  expect(readFileSync(join(folder, "number"), "utf8")).toBe("180");
  const numbers = workers.flatMap(({ lines }) => lines.map(Number)).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 180 }, (_, index) => index + 1));
  expect(existsSync(join(folder, "number.lock"))).toBe(false);
});

test("what was acknowledged stays when processes are killed in the middle", async () => {
  const folder = scratchFolder();
  const script = await buildWorker("count-under-lock", folder);
  const victims = Array.from({ length: 5 }, () => startWorker(script, [folder, "1000000"]));
  const others = Array.from({ length: 3 }, () => startWorker(script, [folder, "30"]));
  await Promise.all(
    victims.map(async (victim, index) => {
      await victim.printed(3 + index);
      victim.process.kill("SIGKILL");
      await victim.ended;
    }),
  );
  const ends = await Promise.all(others.map(({ ended }) => ended));
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
  const acknowledged = [...victims, ...others].flatMap(({ lines }) => lines.map(Number));
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  const number = Number(readFileSync(join(folder, "number"), "utf8"));
  // Each victim can have counted once more than it had time to say.
  expect(number).toBeGreaterThanOrEqual(acknowledged.length);
  expect(number).toBeLessThanOrEqual(acknowledged.length + victims.length);
});

test("a living holder is waited for until the signal, and named", async () => {
  const path = join(scratchFolder(), "held.lock");
  writeFileSync(path, JSON.stringify(identifyProcess(process.pid)));
  const waiting = withLock(path, async () => "in", AbortSignal.abort());
  await expect(waiting).rejects.toMatchObject({ failure: { kind: "lock-held", path, by: process.pid } });
  await expect(waiting).rejects.toBeInstanceOf(LockFault);
  expect(existsSync(path)).toBe(true);
});

test("the lock of a process that is gone is taken over", async () => {
  const path = join(scratchFolder(), "dead.lock");
  const own = identifyProcess(process.pid);
  // The pid lives, but it is another process: it started at another time.
  writeFileSync(path, JSON.stringify({ ...own, startTime: "1" }));
  expect(await withLock(path, async () => "in", NEVER)).toBe("in");
  expect(existsSync(path)).toBe(false);
});

test("a lock from before the last boot is taken over", async () => {
  const path = join(scratchFolder(), "boot.lock");
  writeFileSync(path, JSON.stringify({ ...identifyProcess(process.pid), bootId: "another" }));
  expect(await withLock(path, async () => "in", NEVER)).toBe("in");
});

test("the lock is given back when the work throws", async () => {
  const path = join(scratchFolder(), "thrown.lock");
  const work = withLock(path, () => Promise.reject(new Error("broken")), NEVER);
  await expect(work).rejects.toThrow("broken");
  expect(existsSync(path)).toBe(false);
});

test("a lock torn by a crash is kept while it is fresh and taken over when it is old", async () => {
  const path = join(scratchFolder(), "torn.lock");
  writeFileSync(path, "{to");
  await expect(withLock(path, async () => "in", AbortSignal.abort())).rejects.toMatchObject({
    failure: { kind: "lock-held", by: undefined },
  });
  const old = new Date(Date.now() - 60_000);
  utimesSync(path, old, old);
  expect(await withLock(path, async () => "in", NEVER)).toBe("in");
});

test("one who died while breaking a lock holds nobody up, and one who died at that neither", async () => {
  const path = join(scratchFolder(), "breaking.lock");
  const dead = (nonce: string) => JSON.stringify({ ...identifyProcess(process.pid), startTime: "1", nonce });
  const guards = ["a", "b"].map((nonce) => `${path}.${sha256(dead(nonce)).slice(0, 12)}.breaking`);
  writeFileSync(path, dead("a"));
  writeFileSync(guards[0] ?? "", dead("b"));
  writeFileSync(guards[1] ?? "", dead("c"));
  expect(await withLock(path, async () => "in", NEVER)).toBe("in");
  expect(readdirSync(dirname(path))).toEqual([]);
});

test("a guard over a lock that is gone holds up nobody", async () => {
  const path = join(scratchFolder(), "guarded.lock");
  const living = JSON.stringify(identifyProcess(process.pid));
  writeFileSync(`${path}.${sha256("an earlier lock").slice(0, 12)}.breaking`, living);
  expect(await withLock(path, async () => "in", AbortSignal.abort())).toBe("in");
});

test("a stopped holder keeps its lock: it may go on and write", async () => {
  const folder = scratchFolder();
  const worker = startWorker(await buildWorker("hold-lock", folder), [join(folder, "held.lock")]);
  await worker.printed(1);
  worker.process.kill("SIGSTOP");
  const waiting = withLock(join(folder, "held.lock"), async () => "in", AbortSignal.timeout(200));
  await expect(waiting).rejects.toMatchObject({ failure: { by: worker.process.pid } });
  worker.process.kill("SIGKILL");
  await worker.ended;
  expect(await withLock(join(folder, "held.lock"), async () => "in", NEVER)).toBe("in");
});

test.each([
  ["of another pid namespace", { pidNamespace: "pid:[1]" }],
  ["of another machine", { host: "another-machine" }],
])("the lock of a holder %s is kept while it beats, and for a minute after", async (_, elsewhere) => {
  const path = join(scratchFolder(), "unseen.lock");
  writeFileSync(path, JSON.stringify({ ...identifyProcess(process.pid), ...elsewhere }));
  expect(isLocked(path)).toBe(true);
  const minuteAgo = new Date(Date.now() - 61_000);
  utimesSync(path, minuteAgo, minuteAgo);
  expect(isLocked(path)).toBe(false);
  expect(await withLock(path, async () => "in", NEVER)).toBe("in");
});

test("who holds a lock for long says so by its time", async () => {
  const path = join(scratchFolder(), "beating.lock");
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  await withLock(
    path,
    async () => {
      const old = new Date(Date.now() - 61_000);
      utimesSync(path, old, old);
      vi.advanceTimersByTime(5_000);
      expect(statSync(path).mtimeMs).toBeGreaterThan(old.getTime() + 60_000);
    },
    NEVER,
  );
  expect(vi.getTimerCount()).toBe(0);
});

test("a torn lock from the future is no lock: the clock was put back since", async () => {
  const path = join(scratchFolder(), "future.lock");
  writeFileSync(path, "{to");
  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000);
  utimesSync(path, tomorrow, tomorrow);
  expect(await withLock(path, async () => "in", AbortSignal.abort())).toBe("in");
});

test("the clock decides nothing about a holder that can be seen", () => {
  const path = join(scratchFolder(), "old.lock");
  writeFileSync(path, JSON.stringify(identifyProcess(process.pid)));
  for (const moment of [new Date(0), new Date(Date.now() + 1e9)]) {
    utimesSync(path, moment, moment);
    expect(isLocked(path)).toBe(true);
  }
  expect(isLocked(join(path, "..", "none.lock"))).toBe(false);
});

test("one who waits gets in when the holder is done", async () => {
  const path = join(scratchFolder(), "waited.lock");
  const order: string[] = [];
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = withLock(
    path,
    async () => {
      await held;
      order.push("first");
    },
    NEVER,
  );
  const second = withLock(path, async () => void order.push("second"), NEVER);
  release();
  await Promise.all([first, second]);
  expect(order).toEqual(["first", "second"]);
});
