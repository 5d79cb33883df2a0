import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LockFault, withLock } from "#base/lock.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { buildWorker, startWorker } from "#test/worker.ts";

const NEVER = new AbortController().signal;

test("processes that add to one number lose nothing, and leave no lock", { timeout: 120_000 }, async () => {
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

test("what was acknowledged stays when processes are killed in the middle", {
  timeout: 120_000,
}, async () => {
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

test("one who died while breaking a lock holds nobody up", async () => {
  const path = join(scratchFolder(), "breaking.lock");
  const dead = JSON.stringify({ ...identifyProcess(process.pid), startTime: "1" });
  writeFileSync(path, dead);
  writeFileSync(`${path}.breaking`, dead);
  expect(await withLock(path, async () => "in", NEVER)).toBe("in");
  expect(existsSync(`${path}.breaking`)).toBe(false);
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
