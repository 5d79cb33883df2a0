import { setMaxListeners } from "node:events";
import { errorCode } from "#base/fault.ts";
import { ancestorsOf, hasTerminal, variablesAtStart } from "#base/process-tree.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import type { Descent, Output, Surroundings } from "./command.ts";

/** Returns what this process can see of the outside. The one place where a command's clock and variables are read. */
export function processSurroundings(home: string): Surroundings {
  return {
    environment: process.env,
    home,
    platform: process.platform,
    cwd: process.cwd(),
    now: new Date(),
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    stdinIsTerminal: process.stdin.isTTY === true,
    readStdin: (longest) => readBytes(process.stdin, longest),
    descent: () => descentOf(process.pid, process.platform),
    signal: endingSignal(),
  };
}

/** Returns whether the folder that this process works in was removed: nothing tells then what a command is about. */
export function folderIsGone(): boolean {
  try {
    process.cwd();
    return false;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return true;
    throw error;
  }
}

/** A variable can be taken out of a command's environment, but not out of that of the shell it came from. */
function descentOf(pid: number, platform: NodeJS.Platform): Descent {
  const ancestors = ancestorsOf(pid, platform);
  const fromAgentShell = ancestors.some((one) => {
    const variables = variablesAtStart(one);
    return variables !== undefined && readHostEnvironment(Object.fromEntries(variables)).underAgent;
  });
  return { ancestors, fromAgentShell, terminal: hasTerminal(platform) };
}

async function readBytes(stream: NodeJS.ReadStream, longest: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const read = Buffer.from(chunk);
    bytes += read.length;
    if (bytes > longest) return undefined;
    chunks.push(read);
  }
  return Buffer.concat(chunks);
}

/** A reader that has seen enough (`| head`) closes the pipe, and a terminal that is gone takes nothing more: that is no error. */
function outputTo(stream: NodeJS.WriteStream): Output {
  stream.on("error", (error) => {
    if (!("code" in error) || (error.code !== "EPIPE" && error.code !== "EIO")) throw error;
  });
  return {
    write: (text) => stream.write(text),
    isTerminal: stream.isTTY === true,
    // A terminal without a size says 0.
    columns: () => stream.columns || undefined,
  };
}

/** The first signal asks a command to end; the second one ends the process, as the system does. */
function endingSignal(): AbortSignal {
  const ended = new AbortController();
  // Every child process that is under way listens: many at a time are no leak.
  setMaxListeners(0, ended.signal);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => ended.abort(new Error(`ended by ${name}`)));
  }
  return ended.signal;
}
