import { spawn } from "node:child_process";
import { NESTED } from "#codex/environment.ts";
import type { ExecRequest } from "./exec-request.ts";

/** Ends what a run started should this process be killed, which nothing in it can do any more. */
export type SurvivorWatch = {
  /** The run is over and nothing of it is left: the watch ends without doing anything. Resolves once it has. */
  over(): Promise<void>;
};

/**
 * It reads one line. Where that never comes, for the pipe's other end is gone, it kills the group that the
 * run's first process leads, and then whatever has the run's mark in its environment, until there is no
 * more of it. Last it removes the empty folders that the run's sandbox may have left. The kill of dash knows no `--`. `grep -l` names the files of /proc that hold the mark; elsewhere there are none to look at.
 */
const SCRIPT = `IFS= read -r word && exit 0
kill -KILL "-$1" 2>/dev/null
round=0
while [ "$round" -lt 20 ]; do
  found=0
  for file in $(grep -l -s -F -e "$2" /proc/[0-9]*/environ 2>/dev/null); do
    pid=\${file#/proc/}
    kill -KILL "\${pid%/environ}" 2>/dev/null && found=1
  done
  [ "$found" -eq 0 ] && break
  round=$((round + 1))
  sleep 0.1
done
shift 2
for path do
  rmdir "$path" 2>/dev/null
done
`;

/**
 * Starts a small shell beside a run, in a session of its own, so that what ends this process does not
 * end it too. `leader` leads the run's process group. On Windows there is none: a job object would be
 * needed, which Node cannot make.
 */
export function watchForSurvivors(
  leader: number,
  { mark, mountPoints }: Pick<ExecRequest, "mark" | "mountPoints">,
): SurvivorWatch {
  if (process.platform === "win32") return { over: async () => undefined };
  const words = ["countersign-watch", String(leader), `${NESTED}=${mark}`, ...mountPoints];
  const watch = spawn("/bin/sh", ["-c", SCRIPT, ...words], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    windowsHide: true,
  });
  // Without a shell a kill of this process leaves what the kernel does not kill: the run itself is none the worse.
  const gone = new Promise<void>((resolve) => {
    watch.once("exit", () => resolve());
    watch.on("error", () => resolve());
  });
  watch.stdin.on("error", () => undefined);
  watch.unref();
  return {
    over() {
      watch.ref();
      watch.stdin.end("over\n");
      return gone;
    },
  };
}
