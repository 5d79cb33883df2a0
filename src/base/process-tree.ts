import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

/** More generations than any shell, script and task runner put between a program and its terminal. */
const MOST_GENERATIONS = 64;

/**
 * Returns the processes that this one descends from, the nearest first, as far as the system tells
 * them. A process whose parent ended belongs to the system from then on: such a line is short.
 */
export function ancestorsOf(pid: number, platform: NodeJS.Platform): readonly number[] {
  const parentOf = platform === "linux" ? linuxParent : parentIn(processTable(platform));
  const found: number[] = [];
  let next = parentOf(pid);
  while (next !== undefined && next > 0 && !found.includes(next) && found.length < MOST_GENERATIONS) {
    found.push(next);
    next = parentOf(next);
  }
  return found;
}

/**
 * Returns the variables that a process was started with, or `undefined` where the system does not
 * tell (another user's process, no /proc). What it set or was told later is not among them (proc(5)).
 */
export function variablesAtStart(pid: number): ReadonlyMap<string, string> | undefined {
  try {
    const pairs = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return new Map(pairs.filter((pair) => pair.includes("=")).map(split));
  } catch {
    return undefined;
  }
}

/** Returns whether this process has a terminal, whatever its input and output are (tty(4)). */
export function hasTerminal(platform: NodeJS.Platform): boolean {
  // There is no such file on Windows, and nothing else that would tell.
  if (platform === "win32") return true;
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/** Field 4 of /proc/PID/stat (proc(5)), counted after the command name, which may hold blanks and brackets. */
function linuxParent(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}

/** Looks a parent up in what `ps -axo pid=,ppid=` prints. */
export function parentIn(table: string): (pid: number) => number | undefined {
  const rows = [...table.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)];
  const parents = new Map(rows.map(([, pid, parent]) => [Number(pid), Number(parent)]));
  return (pid) => parents.get(pid);
}

/** Empty on Windows, which has no `ps`. */
function processTable(platform: NodeJS.Platform): string {
  if (platform === "win32") return "";
  return spawnSync("ps", ["-axo", "pid=,ppid="], { encoding: "utf8", windowsHide: true }).stdout ?? "";
}

function split(pair: string): [string, string] {
  const at = pair.indexOf("=");
  return [pair.slice(0, at), pair.slice(at + 1)];
}
