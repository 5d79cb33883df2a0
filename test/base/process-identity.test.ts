import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { identifyProcess, isAlive } from "#base/process-identity.ts";

test("this process is known by the same identity each time, and lives", () => {
  const own = identifyProcess(process.pid);
  expect(own).toEqual(identifyProcess(process.pid));
  expect(own && isAlive(own)).toBe(true);
});

test("a process that has ended is gone for good", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  const identity = identifyProcess(child.pid ?? 0);
  expect(identity && isAlive(identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "close");
  expect(identity && isAlive(identity)).toBe(false);
  expect(identifyProcess(child.pid ?? 0)).toBeUndefined();
});

test("a recycled pid is another process", () => {
  const own = identifyProcess(process.pid);
  expect(own && isAlive({ ...own, startTime: `${own.startTime}0` })).toBe(false);
});

test("a process of an earlier boot is gone", () => {
  const own = identifyProcess(process.pid);
  expect(own && isAlive({ ...own, bootId: "earlier" })).toBe(false);
});

test.runIf(process.platform === "linux")("what another pid namespace holds is taken to live", () => {
  const own = identifyProcess(process.pid);
  expect(own && isAlive({ ...own, pid: 999_999_999, pidNamespace: "pid:[1]" })).toBe(true);
});
