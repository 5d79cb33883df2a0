import { spawn } from "node:child_process";
import { watchForSurvivors } from "#codex/exec/survivor-watch.ts";

/** Starts a group of two processes that bear no mark, and watches over it and over folders; prints the pid of its leader. */
function main(how: string, ...mountPoints: readonly string[]): void {
  const child = spawn("sh", ["-c", "sleep 613 & wait"], {
    detached: true,
    stdio: "ignore",
    windowsHide: true,
  });
  child.unref();
  const watch = watchForSurvivors(child.pid ?? 0, { mark: "a mark that nobody has", mountPoints });
  process.stdout.write(`${child.pid}\n`);
  if (how === "over") void watch.over();
  else setInterval(() => undefined, 1_000);
}

main(process.argv[2] ?? "", ...process.argv.slice(3));
