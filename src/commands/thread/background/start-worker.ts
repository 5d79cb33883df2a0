import { closeSync, openSync } from "node:fs";
import type { ChildEnvironment, Environment } from "#base/environment.ts";
import { DETACH, startApart } from "#base/start-apart.ts";
import { codexHomeOf, NESTED, serverEnvironment } from "#codex/environment.ts";
import { builtFile } from "#commands/installation.ts";
import type { RunName } from "#runs/records/run-files.ts";
import { workerLog } from "./handover.ts";

/**
 * Starts the worker of a run without waiting for it. It is this program once more; the run's id is all
 * that its command line tells.
 *
 * It descends from nobody (see `startApart`), no terminal hangs it up, and it keeps no folder of the user's
 * busy.
 */
export function startWorker(run: RunName, environment: Environment): void {
  const log = openSync(workerLog(run), "a", 0o600);
  try {
    startApart([builtFile("countersign"), "thread", "work", run.id, `--${DETACH}`], {
      cwd: run.folder,
      env: workerEnvironment(environment),
      stdio: ["ignore", log, log],
    });
  } finally {
    closeSync(log);
  }
}

/** Starts the worker itself, for the process in between. */
export function startAgain(run: RunName): void {
  startApart([builtFile("countersign"), "thread", "work", run.id], { cwd: run.folder, stdio: "inherit" });
}

/** What decides where our own files lie. */
const OWN = /^(?:COUNTERSIGN_|XDG_STATE_HOME$)/;

/**
 * Returns what a worker gets of the environment: what Codex gets, and what names our own places. It lives
 * long, and what else a shell or the host keeps there (tokens of the host among it) is not its business.
 */
export function workerEnvironment(environment: Environment): ChildEnvironment {
  const own = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && OWN.test(name) ? [[name, value] as const] : [],
  );
  const codex = Object.entries(serverEnvironment(environment, codexHomeOf(environment)));
  // The guard is for what Codex starts.
  return Object.fromEntries([...codex.filter(([name]) => name !== NESTED), ...own]);
}
