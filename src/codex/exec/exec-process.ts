import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode } from "#base/fault.ts";
import { NESTED } from "#codex/environment.ts";
import { dyingWithParent } from "#codex/server/dying-with-parent.ts";
import type { ExecRequest } from "./exec-request.ts";
import { endMarked } from "./marked-processes.ts";
import { watchForSurvivors } from "./survivor-watch.ts";

/** How the process ended; `not-started` where the system refused to start it. */
export type ExecExit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "not-started"; readonly detail: string };

/** A `codex exec` that runs. */
export type ExecProcess = {
  readonly stdout: Readable;
  readonly exited: Promise<ExecExit>;
  /** The last of what it said on standard error. */
  readonly said: () => string;
  /**
   * Ends it, where it still runs, and whatever it left behind, and resolves once nothing of it lives.
   * To be called however it ended.
   */
  readonly end: () => Promise<void>;
};

/** Codex writes the interruption on record and ends within 130 ms of an interrupt; one that hangs is not waited for. */
const INTERRUPT_MS = 2_000;
const STDERR_CHARACTERS = 8_000;
/** What it wrote before it ended still has to be read: whoever else held the pipe is gone by then. */
const LAST_OUTPUT_MS = 5_000;

/**
 * Starts `codex exec` in the workspace, in a process group of its own, so that a terminal's Ctrl-C comes to
 * us alone. It dies with this process, and so does what it started.
 */
export function startExec(request: ExecRequest, words: readonly string[]): ExecProcess {
  const { installation, environment, cwd, instruction, mark, mountPoints, temporary } = request;
  const command = [...dyingWithParent(), installation.path, ...words];
  const child = spawn(command[0] ?? "", command.slice(1), {
    cwd,
    env: { ...environment, ...(temporary === undefined ? {} : { TMPDIR: temporary }), [NESTED]: mark },
    detached: process.platform !== "win32",
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const exited = exitOf(child);
  const survivors = child.pid === undefined ? undefined : watchForSurvivors(child.pid, { mark, mountPoints });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-STDERR_CHARACTERS);
  });
  // One that ended before it read all says why by itself.
  child.stdin.on("error", () => undefined);
  child.stdin.end(instruction);
  return {
    stdout: child.stdout,
    exited,
    said: () => said,
    async end() {
      await endGently(child, exited);
      killGroup(child);
      await endMarked(mark);
      await Promise.race([closed(child), delay(LAST_OUTPUT_MS, undefined, { ref: false })]);
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      await survivors?.over();
    },
  };
}

function exitOf(child: ChildProcess): Promise<ExecExit> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      // A signal that could not be sent is an error too.
      if (child.pid === undefined) resolve({ kind: "not-started", detail: error.message });
    });
    child.once("exit", (code, signal) => {
      resolve(code === null ? { kind: "signal", signal: signal ?? "" } : { kind: "exited", code });
    });
  });
}

async function endGently(child: ChildProcess, exited: Promise<ExecExit>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  await Promise.race([exited, delay(INTERRUPT_MS, undefined, { ref: false })]);
}

/** The group outlives its leader while something that it started still runs in it. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

function closed(child: ChildProcess): Promise<unknown> {
  const isClosed = child.stdout?.closed !== false && child.stderr?.closed !== false;
  return isClosed ? Promise.resolve() : once(child, "close").catch(() => undefined);
}
