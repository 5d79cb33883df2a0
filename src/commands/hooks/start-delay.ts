import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

/** Clock ticks per second in /proc (proc(5), USER_HZ): the same on every Linux that Node runs on. */
const TICKS = 100;

/**
 * Returns how many seconds before this process the host began to count: it starts a shell, that a
 * launcher, that Node, and on a machine under load each of them takes its time. Claude Code 2.1.330
 * gives each hook a session of its own, whose leader it started itself (Linux). 0 where that cannot
 * be seen.
 */
export function startDelay(hostPid: number | undefined): number {
  try {
    const [, , , session = ""] = statOf("self");
    const leader = statOf(session);
    if (Number(leader[1]) !== hostPid) return 0;
    const [uptime = ""] = readFileSync("/proc/uptime", "utf8").split(" ");
    const age = Number(uptime) - Number(leader[19]) / TICKS;
    return Math.max(0, age - performance.now() / 1_000);
  } catch {
    // No Linux, or a leader that has ended already.
    return 0;
  }
}

/** The fields of /proc/PID/stat after the command name: state, parent, group, session, and so on. */
function statOf(pid: string): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
