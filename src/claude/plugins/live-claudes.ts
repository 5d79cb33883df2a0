import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { argumentsOf, isOwnProcess, workingFolderOf } from "#base/process-arguments.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { variablesAtStart } from "#base/process-tree.ts";
import { isSameStart } from "./cached-holders.ts";
import type { Holder } from "./cached-version.ts";
import type { ClaudeProcess } from "./claude-process.ts";
import type { PluginPlaces } from "./plugin-places.ts";
import { type ProcessLookup, processLookup } from "./process-lookup.ts";
import { processStart } from "./process-start.ts";

const SessionFile = z.looseObject({
  pid: z.int().check(z.positive()),
  sessionId: z.catch(z.optional(z.string()), undefined),
  cwd: z.catch(z.optional(z.string()), undefined),
  startedAt: z.catch(z.optional(z.number()), undefined),
  procStart: z.catch(z.optional(z.string()), undefined),
  procStartFt: z.catch(z.optional(z.string()), undefined),
  version: z.catch(z.optional(z.string()), undefined),
  pidDomain: z.catch(z.optional(z.string()), undefined),
});
type SessionFile = z.output<typeof SessionFile>;

type Looking = {
  readonly startOf?: ProcessLookup;
  readonly platform?: NodeJS.Platform;
};

/**
 * Returns the Claude Code processes that live and use this config directory, by pid: those that say so
 * in `sessions/PID.json` (2.1.330: every session has one, `-p` too), and those of the given holders of
 * its cache that are alive. Never throws. A file of a process that was killed, or whose pid another
 * process has by now, is none; nor is one of another machine or container.
 */
export function liveClaudes(
  places: Pick<PluginPlaces, "sessions" | "pluginsDirectory">,
  holders: readonly Holder[] = [],
  { startOf = processLookup(), platform = process.platform }: Looking = {},
): readonly ClaudeProcess[] {
  const known = new Map<number, ClaudeProcess>();
  for (const file of sessionFiles(places.sessions)) {
    const startTime = isForeign(file) ? undefined : startOf(file.pid);
    if (startTime === undefined || !isItself(file, startTime)) continue;
    known.set(file.pid, described({ file, startTime }, places.pluginsDirectory, platform));
  }
  for (const { pid, procStart, state } of holders) {
    if (state !== "alive" || procStart === null || known.has(pid)) continue;
    const startTime = startOf(pid) ?? procStart;
    known.set(pid, described({ file: { pid }, startTime }, places.pluginsDirectory, platform));
  }
  return [...known.values()].sort((a, b) => a.pid - b.pid);
}

/** Returns one living Claude Code process by its pid, with what its file says where it has one; `undefined` where none has that pid. */
export function claudeWithPid(
  places: Pick<PluginPlaces, "sessions" | "pluginsDirectory">,
  pid: number,
  { startOf = processLookup(), platform = process.platform }: Looking = {},
): ClaudeProcess | undefined {
  const startTime = startOf(pid);
  if (startTime === undefined) return undefined;
  const said = readSessionFile(join(places.sessions, `${pid}.json`));
  const file = said !== undefined && said.pid === pid && isItself(said, startTime) ? said : { pid };
  return described({ file, startTime }, places.pluginsDirectory, platform);
}

/** Returns the pids that processes of other machines or containers have, by their files in this config directory. */
export function foreignPids({ sessions }: Pick<PluginPlaces, "sessions">): ReadonlySet<number> {
  return new Set(
    sessionFiles(sessions)
      .filter(isForeign)
      .map(({ pid }) => pid),
  );
}

const FILE = /^[1-9]\d{0,9}\.json$/;
/** A session's file has less than a kilobyte. What is larger is none. */
const MOST_CHARACTERS = 1_000_000;

function sessionFiles(folder: string): readonly SessionFile[] {
  return namesIn(folder)
    .filter((name) => FILE.test(name))
    .flatMap((name) => {
      const file = readSessionFile(join(folder, name));
      return file === undefined || `${file.pid}.json` !== name ? [] : [file];
    });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}

function readSessionFile(path: string): SessionFile | undefined {
  try {
    const text = readIfPresent(path);
    return text === undefined || text.length > MOST_CHARACTERS ? undefined : parseJson(text, SessionFile);
  } catch (error) {
    if (!(error instanceof JsonFault) && errorCode(error) === undefined) throw error;
    return undefined;
  }
}

/** A file that says no start has its pid alone to go by: so it is on Windows, where the start cannot be compared. */
function isItself({ procStart }: SessionFile, startTime: string): boolean {
  return procStart === undefined || startTime === "" || isSameStart(procStart, startTime);
}

/** `linux:MACHINE-ID:pid:[NAMESPACE]` (2.1.330). Another form says nothing here. */
function isForeign({ pidDomain = "" }: SessionFile): boolean {
  const [, machine, namespace] = /^linux:([0-9a-f]{32}):(pid:\[\d+\])$/.exec(pidDomain) ?? [];
  if (machine === undefined || process.platform !== "linux") return false;
  return namespace !== identifyProcess(process.pid)?.pidNamespace || ![machine, ""].includes(machineId());
}

/** machine-id(5); empty where the machine has none. */
function machineId(): string {
  try {
    return readIfPresent("/etc/machine-id")?.trim().toLowerCase() ?? "";
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return "";
  }
}

type Found = { readonly file: Partial<SessionFile> & { readonly pid: number }; readonly startTime: string };

function described({ file, startTime }: Found, usual: string, platform: NodeJS.Platform): ClaudeProcess {
  const { pid } = file;
  const own = platform === "linux" && isOwnProcess(pid);
  const begun = platform === "linux" && !own ? undefined : argumentsOf(pid, platform);
  const variables = own ? variablesAtStart(pid) : undefined;
  const folder = own ? workingFolderOf(pid) : undefined;
  const given = {
    words: begun?.words ?? null,
    split: begun?.split ?? false,
    environment: variables === undefined ? null : Object.fromEntries(variables),
    cwd: folder ?? file.cwd ?? "/",
  };
  return {
    pid,
    startTime: startTime === "" ? (file.procStartFt ?? "") : startTime,
    startedAt: file.startedAt ?? null,
    sessionId: file.sessionId ?? null,
    cwd: file.cwd ?? folder ?? null,
    version: file.version ?? null,
    start: processStart(given, usual),
  };
}
