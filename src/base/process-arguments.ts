import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { errorCode } from "./fault.ts";

/** The words that a process was started with, its program's name left out. */
export type ProcessArguments = {
  readonly words: readonly string[];
  /** The system gives one line: a word with blanks in it looks like several. */
  readonly split: boolean;
};

/** Returns with what words a process was started; `undefined` where the system does not tell (Windows, a process that is gone). */
export function argumentsOf(pid: number, platform: NodeJS.Platform): ProcessArguments | undefined {
  switch (platform) {
    case "linux":
      return linuxArguments(pid);
    case "win32":
      return undefined;
    default:
      return portableArguments(pid);
  }
}

/** Returns the folder that a process works in, as /proc/PID/cwd has it; `undefined` where that cannot be read. */
export function workingFolderOf(pid: number): string | undefined {
  return ifReadable(() => readlinkSync(`/proc/${pid}/cwd`));
}

/** Returns whether a process is this user's own, so that its environment may be looked at. Only on Linux it ever is. */
export function isOwnProcess(pid: number): boolean {
  return ifReadable(() => statSync(`/proc/${pid}`).uid) === process.getuid?.();
}

/** Each word ends with a zero byte. One that has ended, and one of the kernel's own, has none (proc(5)). */
function linuxArguments(pid: number): ProcessArguments | undefined {
  const text = ifReadable(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  if (text === undefined || text === "") return undefined;
  return { words: text.replace(/\0$/, "").split("\0").slice(1), split: false };
}

function portableArguments(pid: number): ProcessArguments | undefined {
  const shown = spawnSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], {
    encoding: "utf8",
    windowsHide: true,
  });
  const line = shown.error === undefined ? shown.stdout.trim() : "";
  return line === "" ? undefined : { words: line.split(/ +/).slice(1), split: true };
}

function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}
