import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { ancestorsOf, hasTerminal, parentIn, variablesAtStart } from "#base/process-tree.ts";

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** Starts a shell that waits for its input, and returns its pid once it runs. */
async function waitingShell(): Promise<number> {
  const shell = spawn("/bin/sh", ["-c", "echo runs; read -r line"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { PATH: process.env["PATH"], MARK: "a=b\nc" },
  });
  started.push(shell);
  await once(shell.stdout, "data");
  return shell.pid ?? 0;
}

test.runIf(process.platform === "linux")("the ancestors are told from the nearest on", async () => {
  const pid = await waitingShell();
  expect(ancestorsOf(pid, "linux").slice(0, 2)).toEqual([process.pid, process.ppid]);
});

// Windows has no `ps`.
test.skipIf(process.platform === "win32")("as they are where only `ps` tells them", async () => {
  const pid = await waitingShell();
  expect(ancestorsOf(pid, "darwin").slice(0, 2)).toEqual([process.pid, process.ppid]);
});

test("nobody is known of a process that is gone, or on a system that tells nothing", () => {
  expect(ancestorsOf(999_999_999, "linux")).toEqual([]);
  expect(ancestorsOf(process.pid, "win32")).toEqual([]);
});

test("a table that leads in a circle ends", () => {
  const parentOf = parentIn("  1     0\n  7  1\n\nPID PPID\n 8 x\n");
  expect([parentOf(7), parentOf(1), parentOf(8)]).toEqual([1, 0, undefined]);
});

test.runIf(process.platform === "linux")(
  "the variables are those of the start, whatever is in them",
  async () => {
    const pid = await waitingShell();
    expect(variablesAtStart(pid)?.get("MARK")).toBe("a=b\nc");
    process.env["SET_LATER"] = "1";
    expect(variablesAtStart(process.pid)?.has("SET_LATER")).toBe(false);
    delete process.env["SET_LATER"];
    expect(variablesAtStart(999_999_999)).toBeUndefined();
  },
);

test("where a system has no such file, nobody is taken for one without a terminal", () => {
  expect(hasTerminal("win32")).toBe(true);
});
