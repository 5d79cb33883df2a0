import { spawn } from "node:child_process";
import { watchForSurvivors } from "#codex/exec/survivor-watch.ts";

/** Starts a group of two processes that bear no mark, and watches over it; prints the pid of its leader. */
function main(how: string): void {
  const child = spawn("sh", ["-c", "sleep 613 & wait"], {
    detached: true,
    stdio: "ignore",
    windowsHide: true,
  });
  child.unref();
  const watch = watchForSurvivors(child.pid ?? 0, "a mark that nobody has");
  process.stdout.write(`${child.pid}\n`);
  if (how === "over") watch.over();
  else setInterval(() => undefined, 1_000);
}

main(process.argv[2] ?? "");
