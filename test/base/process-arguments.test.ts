import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { argumentsOf, isOwnProcess, workingFolderOf } from "#base/process-arguments.ts";

const linux = process.platform === "linux";
const NOBODY = 999_999_999;

async function withProcess(look: (pid: number) => void): Promise<void> {
  const child = spawn(
    process.execPath,
    ["-e", "process.stdout.write('up');setInterval(() => {}, 9999)", "a b", ""],
    {
      stdio: ["ignore", "pipe", "ignore"],
      cwd: "/",
    },
  );
  try {
    await once(child.stdout, "data");
    look(child.pid ?? 0);
  } finally {
    child.kill("SIGKILL");
  }
}

describe.runIf(linux)("on Linux", () => {
  test("the words are told as they were given, empty ones too", async () => {
    await withProcess((pid) => {
      expect(argumentsOf(pid, "linux")).toMatchObject({ split: false });
      expect(argumentsOf(pid, "linux")?.words.slice(2)).toEqual(["a b", ""]);
      expect(workingFolderOf(pid)).toBe("/");
      expect(isOwnProcess(pid)).toBe(true);
    });
  });

  test("of one that is gone, or a thread of the kernel, nothing is told", () => {
    expect(argumentsOf(NOBODY, "linux")).toBeUndefined();
    expect(argumentsOf(2, "linux")?.words ?? "none").toSatisfy(
      (words) => words === "none" || Array.isArray(words),
    );
    expect(workingFolderOf(NOBODY)).toBeUndefined();
    expect(isOwnProcess(NOBODY)).toBe(false);
  });
});

// Where there is no `ps` (Windows, a bare container) there is nothing to read.
test.skipIf(spawnSync("ps", ["-o", "args="]).error !== undefined)("elsewhere ps gives one line", async () => {
  await withProcess((pid) => {
    const told = argumentsOf(pid, "darwin");
    expect(told?.split).toBe(true);
    expect(told?.words.join(" ")).toContain("a b");
  });
  expect(argumentsOf(NOBODY, "darwin")).toBeUndefined();
});

test("Windows does not tell", () => {
  expect(argumentsOf(process.pid, "win32")).toBeUndefined();
});
