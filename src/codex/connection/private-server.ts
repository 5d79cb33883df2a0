import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { ChildEnvironment } from "#base/environment.ts";
import { errorCode } from "#base/fault.ts";
import { lastWords } from "#codex/last-words.ts";
import { dyingWithParent } from "#codex/server/dying-with-parent.ts";
import { lineTransport } from "./transport.ts";
import type { Wire } from "./wire.ts";

/** What a private server needs to run. */
export type PrivateServer = {
  /** The native binary, see `findCodex`. */
  readonly path: string;
  /** Its whole environment, see `serverEnvironment`. */
  readonly environment: ChildEnvironment;
  /** What comes before `app-server`, see `serverArguments`. */
  readonly arguments: readonly string[];
  /** A neutral working directory: what a server's directory is, no repository can rely on or remove. */
  readonly directory: string;
  /** Windows has no process groups: there the server itself is ended, and sees to what it started. */
  readonly platform: NodeJS.Platform;
};

/** An idle server ends about 20 ms after its stdin does. */
const END_OF_INPUT_MS = 1_000;
const TERMINATE_MS = 1_000;
const LAST_WORDS_MS = 300;
/** The most that ending a private server takes. */
export const END_MS = END_OF_INPUT_MS + TERMINATE_MS + LAST_WORDS_MS;
const STDERR_CHARACTERS = 4_000;

/**
 * Starts `codex app-server` on stdio for this process alone and returns its wire. The server
 * leads its own process group; releasing the wire ends the whole group. Should this process be
 * killed, the kernel kills the server; where it cannot, the server sees its stdin end and exits,
 * unless it hangs.
 */
export function startPrivateServer(server: PrivateServer): Wire {
  const command = [...dyingWithParent(), server.path, ...server.arguments, "app-server"];
  const child = spawn(command[0] ?? "", command.slice(1), {
    cwd: server.directory,
    env: server.environment,
    detached: server.platform !== "win32",
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const ended = endOf(child);
  let said = "";
  child.on("error", (error) => {
    said += error.message;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-STDERR_CHARACTERS);
  });
  return {
    kind: "private",
    transport: lineTransport(child.stdout, child.stdin, ended),
    obituary: () => `${exitText(child)}${lastWords(said)}`.trim(),
    // Its threads end with it, and it ends with us.
    hold: () => undefined,
    release: () => end(child, ended, server.platform),
  };
}

/** Its last words are complete once its output is closed, which a command that it left can delay. */
async function endOf(child: ChildProcess): Promise<void> {
  const closed = once(child, "close");
  await Promise.race([closed, once(child, "exit").then(() => delay(LAST_WORDS_MS))]).catch(() => undefined);
}

function exitText(child: ChildProcess): string {
  if (child.exitCode !== null) return `exit ${child.exitCode} `;
  return child.signalCode === null ? "" : `ended by ${child.signalCode} `;
}

async function end(child: ChildProcess, ended: Promise<unknown>, platform: NodeJS.Platform): Promise<void> {
  child.stdin?.end();
  await Promise.race([ended, delay(END_OF_INPUT_MS, undefined, { ref: false })]);
  signalGroup(child, "SIGTERM", platform);
  if (child.exitCode === null && child.signalCode === null) {
    await Promise.race([ended, delay(TERMINATE_MS, undefined, { ref: false })]);
  }
  signalGroup(child, "SIGKILL", platform);
  await ended;
}

/** The group outlives its leader while a command that the server started still runs in it. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals, platform: NodeJS.Platform): void {
  if (child.pid === undefined) return;
  try {
    if (platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}
