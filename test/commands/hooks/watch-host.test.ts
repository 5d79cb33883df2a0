import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test, vi } from "vitest";
import { watchHost } from "#commands/hooks/watch-host.ts";

test("a host that is killed aborts the signal", async () => {
  const host = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(host, "spawn");
  const { signal, clear } = watchHost(host.pid);
  expect(signal.aborted).toBe(false);
  host.kill("SIGKILL");
  await once(signal, "abort");
  clear();
});

test("what was never seen is not watched", async () => {
  const gone = spawn(process.execPath, ["-e", ""]);
  await once(gone, "exit");
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  for (const pid of [undefined, gone.pid]) expect(watchHost(pid).signal.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test("a clear watch looks no more", () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { clear } = watchHost(process.pid);
  expect(vi.getTimerCount()).toBe(1);
  clear();
  expect(vi.getTimerCount()).toBe(0);
});
