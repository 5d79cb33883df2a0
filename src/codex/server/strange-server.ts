import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
} from "node:fs";
import type { ChildEnvironment } from "#base/environment.ts";
import { errorCode } from "#base/fault.ts";
import { isAlive } from "#base/process-identity.ts";
import { decisiveEnvironment } from "#codex/environment.ts";
import { serverArguments } from "#codex/server-arguments.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { findServer, listenWords } from "./find-server.ts";
import type { ServerPlace } from "./server-place.ts";
import { readRecord } from "./server-record.ts";

type Expected = Pick<ServerOptions, "installation" | "environment" | "codexHome">;

/** Begins every such reason. */
export const STRANGE = "what listens at the shared server's socket";

const ELF = Buffer.from("\x7fELF", "latin1");
/** The flag of a socket that listens, as /proc/net/unix shows it (proc_net_unix(5)). */
const LISTENS = /^\w+: \w+ \w+ 00010000 \w+ \w+ +(\d+) (.*)$/;

/**
 * Returns why the process that listens at this socket is not the server that a keeper of ours would have
 * started: with this program, these words and this environment. `undefined` where it is, or where
 * that cannot be told: elsewhere than on Linux, and where `codex` is a script, whose own process is another.
 *
 * Whoever has the user's rights can put a server of their own there, with a provider of their own behind it, and
 * would be asked for every verdict.
 */
export function strangeServer(
  place: ServerPlace,
  socket: string,
  expected: Expected,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (platform !== "linux" || !isBinary(expected.installation.path)) return undefined;
  const recorded = readRecord(place)?.process;
  const pid = (recorded !== undefined && isAlive(recorded) ? recorded : findServer(place))?.pid;
  if (pid === undefined) return `${STRANGE} is on no record`;
  try {
    const what = difference(place, { pid, socket }, expected);
    return what === undefined ? undefined : `${STRANGE} ${what}`;
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return `${STRANGE} cannot be looked at (${code})`;
  }
}

function difference(
  place: ServerPlace,
  { pid, socket }: { readonly pid: number; readonly socket: string },
  { installation, environment, codexHome }: Expected,
): string | undefined {
  const words = [...serverArguments(installation, codexHome), ...listenWords(place)];
  const [, ...spoken] = listIn(`/proc/${pid}/cmdline`);
  if (!holds(pid, listening(socket))) return "is another process than the one on record";
  if (readlinkSync(`/proc/${pid}/exe`) !== realpathSync(installation.path)) return "is another program";
  if (spoken.join("\0") !== words.join("\0")) return "has other arguments";
  const own = decisive(environmentIn(`/proc/${pid}/environ`));
  return own === decisive(environment) ? undefined : "has another environment";
}

/** The inodes of the sockets that listen under that name: where there are several, one was moved away. */
function listening(socket: string): readonly string[] {
  return readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, inode = "", path] = LISTENS.exec(line) ?? [];
      return path === socket ? [inode] : [];
    });
}

function holds(pid: number, [inode, ...more]: readonly string[]): boolean {
  if (inode === undefined || more.length > 0) return false;
  return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`);
}

/** What was closed meanwhile leads nowhere. */
function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function decisive(environment: ChildEnvironment): string {
  const pairs = Object.entries(decisiveEnvironment(environment));
  return JSON.stringify(pairs.filter(([name]) => !name.startsWith("COUNTERSIGN_")).sort());
}

function environmentIn(file: string): ChildEnvironment {
  return Object.fromEntries(
    listIn(file).map((pair) => {
      const end = pair.indexOf("=");
      return [pair.slice(0, end), pair.slice(end + 1)];
    }),
  );
}

function listIn(file: string): readonly string[] {
  return readFileSync(file, "utf8").split("\0").slice(0, -1);
}

function isBinary(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(ELF.length);
    readSync(file, start, 0, start.length, 0);
    return start.equals(ELF);
  } finally {
    closeSync(file);
  }
}
