import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test, vi } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import { endGroup, hasGroups } from "#git/process-group.ts";

/** A shell that leads a group, and a program that it started in it. */
async function group(): Promise<{ readonly leader: number; readonly member: number }> {
  const shell = spawn("/bin/sh", ["-c", "sleep 60 & echo $!; wait"], { detached: true });
  const [bytes] = await once(shell.stdout, "data");
  const leader = shell.pid ?? 0;
  onTestFinished(() => endGroup(leader, "linux"));
  return { leader, member: Number(String(bytes)) };
}

const runs = (pid: number): boolean => identifyProcess(pid) !== undefined;

test.each([
  ["linux", false],
  ["darwin", false],
  ["win32", true],
] as const)("on %s what the killed process had started lives on: %s", async (platform, survives) => {
  const { leader, member } = await group();
  endGroup(leader, platform);
  await vi.waitFor(() => expect(runs(leader)).toBe(false), 50_000);
  if (!survives) await vi.waitFor(() => expect(runs(member)).toBe(false), 50_000);
  expect(runs(member)).toBe(survives);
  expect(hasGroups(platform)).toBe(!survives);
});

test("a process that is gone, or never was, is no error", () => {
  endGroup(undefined);
  endGroup(999_999_999);
});
