import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test, vi } from "vitest";
import { identifyProcess, isAlive } from "#base/process-identity.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

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

describe("on macOS, by ps", () => {
  const platform = "darwin";

  test("a process is known by the same identity whatever language and time zone it is asked in", () => {
    const own = identifyProcess(process.pid, platform);
    vi.stubEnv("TZ", "Pacific/Auckland");
    vi.stubEnv("LC_ALL", "de_DE.UTF-8");
    try {
      expect(identifyProcess(process.pid, platform)).toEqual(own);
    } finally {
      vi.unstubAllEnvs();
    }
    expect(own).toMatchObject({ pid: process.pid, bootId: "", pidNamespace: "" });
    expect(own?.startTime).toMatch(/^[A-Z][a-z]{2} [A-Z][a-z]{2} \d+ \d\d:\d\d:\d\d \d{4}$/);
    expect(own && isAlive(own, platform)).toBe(true);
    expect(own && isAlive({ ...own, startTime: "Thu Jan 1 00:00:00 1970" }, platform)).toBe(false);
  });

  test("a process that has ended is gone, also while nobody has taken its exit code", async () => {
    const shell = spawn("/bin/sh", ["-c", "true & echo $!; exec sleep 60"]);
    const [bytes] = await once(shell.stdout, "data");
    const pid = Number(String(bytes));
    await vi.waitFor(() => expect(identifyProcess(pid, platform)).toBeUndefined(), 50_000);
    expect(identifyProcess(pid, "linux")).toBeUndefined();
    shell.kill("SIGKILL");
    await once(shell, "close");
    expect(identifyProcess(shell.pid ?? 0, platform)).toBeUndefined();
  });

  test("where no ps can be started the pid must do", () => {
    vi.stubEnv("PATH", "/nonexistent");
    try {
      expect(identifyProcess(process.pid, platform)).toMatchObject({ pid: process.pid, startTime: "" });
      expect(identifyProcess(999_999_999, platform)).toBeUndefined();
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

test("on Windows the pid alone names a process, and no other program is asked", () => {
  vi.stubEnv("PATH", scratchFolder());
  try {
    const own = identifyProcess(process.pid, "win32");
    expect(own).toEqual({ pid: process.pid, startTime: "", bootId: "", pidNamespace: "" });
    expect(own && isAlive(own, "win32")).toBe(true);
    expect(own && isAlive({ ...own, pid: 999_999_999 }, "win32")).toBe(false);
  } finally {
    vi.unstubAllEnvs();
  }
});
