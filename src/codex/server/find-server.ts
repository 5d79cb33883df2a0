import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { identifyProcess, type ProcessIdentity } from "#base/process-identity.ts";
import type { ServerPlace } from "./server-place.ts";

/** The words with which the server of a place is told where to listen: no other place has them. */
export function listenWords(place: ServerPlace): readonly string[] {
  return ["app-server", "--listen", `unix://${place.socket}`];
}

/**
 * Returns the server of that place by its command line, or `undefined` where none of this user's
 * runs. For one whose keeper was killed before it had written down which process it had started.
 */
export function findServer(
  place: ServerPlace,
  platform: NodeJS.Platform = process.platform,
): ProcessIdentity | undefined {
  const words = listenWords(place);
  const [pid] = platform === "linux" ? pidsInProc(words) : pidsByPs(words);
  return pid === undefined ? undefined : identifyProcess(pid, platform);
}

function pidsInProc(words: readonly string[]): readonly number[] {
  const ending = `\0${words.join("\0")}\0`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && ownCommandLine(name).endsWith(ending))
    .map(Number);
}

/** Empty for another user's process, and for one that ended meanwhile. */
function ownCommandLine(pid: string): string {
  try {
    if (statSync(`/proc/${pid}`).uid !== process.getuid?.()) return "";
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function pidsByPs(words: readonly string[]): readonly number[] {
  const own = ["-U", String(process.getuid?.()), "-ww", "-o", "pid=,command="];
  const { stdout } = spawnSync("ps", own, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    windowsHide: true,
  });
  return (stdout ?? "")
    .split("\n")
    .filter((line) => line.trimEnd().endsWith(` ${words.join(" ")}`))
    .map((line) => Number.parseInt(line, 10));
}
