import { statSync } from "node:fs";
import { errorCode } from "#base/fault.ts";
import { realPath } from "#claude/real-path.ts";
import { type FileTrace, readTrace } from "./read-trace.ts";
import type { ToolHistory, ToolRecord } from "./tool-records.ts";
import { emptyTrace, endOf, type ToolTrace } from "./tool-trace.ts";
import { agentCalls, traceRecords } from "./trace-records.ts";
import { type AgentFile, agentFiles, findTranscript } from "./transcript-files.ts";

/** Of the session's own transcript, and again of its sub-agents' together. */
const NEWEST_BYTES = 64 * 1024 * 1024;

type AgentTrace = { readonly agent: AgentFile; readonly file: FileTrace };

/**
 * Returns what a session's tools did at or after a moment, as its transcript and those of its
 * sub-agents tell it (written by Claude Code 2.1.330; no documented format), or `undefined` where
 * there is none that can be read. At most the newest 64 MiB are read. What cannot be understood
 * makes the history one that is not `whole`.
 */
export async function readToolHistory(
  transcriptPath: string,
  since: Date,
  signal: AbortSignal,
): Promise<ToolHistory | undefined> {
  try {
    const path = findTranscript(transcriptPath);
    return path === undefined ? undefined : await readHistory(path, since, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

async function readHistory(path: string, since: Date, signal: AbortSignal): Promise<ToolHistory> {
  const trace = emptyTrace();
  const from = Math.max(0, statSync(path).size - NEWEST_BYTES);
  const main = await readTrace({ path, from, since, side: false }, trace, signal);
  const { agents, left } = withinBounds(agentFiles(path));
  const read: AgentTrace[] = [];
  for (const agent of agents) {
    const file = await readTrace({ path: agent.path, from: 0, since, side: true }, trace, signal);
    read.push({ agent, file });
  }
  const seen = new Set(read.flatMap(({ agent }) => callOf(agent, trace) ?? []));
  const covered = from === 0 || (main.first !== undefined && main.first <= since);
  const whole =
    covered &&
    [main, ...read.map(({ file }) => file)].every(({ damaged }) => !damaged) &&
    left.every(({ changed }) => changed < since) &&
    agentCalls(trace, since).every((call) => seen.has(call));
  const records = [...traceRecords(trace, since, seen), ...unfinished(read, trace, since)];
  return {
    records: records.sort((a, b) => a.at.getTime() - b.at.getTime()),
    whole,
    lastMessage: main.lastMessage,
    folders: [...new Set([...trace.folders].map(realPath))],
  };
}

function withinBounds(files: readonly AgentFile[]): {
  readonly agents: readonly AgentFile[];
  readonly left: readonly AgentFile[];
} {
  let size = 0;
  const fits = files.map((file) => {
    size += file.size;
    return size <= NEWEST_BYTES;
  });
  return { agents: files.filter((_, index) => fits[index]), left: files.filter((_, index) => !fits[index]) };
}

/** Its own record names the call; without one, the call's result names the sub-agent. */
function callOf({ call, id }: AgentFile, { results }: ToolTrace): string | undefined {
  return call ?? [...results].find(([, { detail }]) => detail?.["agentId"] === id)?.[0];
}

/** A sub-agent that is at work, or was broken off, can have done what its transcript does not say yet. */
function unfinished(read: readonly AgentTrace[], trace: ToolTrace, since: Date): readonly ToolRecord[] {
  return read.flatMap(({ agent, file }): readonly ToolRecord[] => {
    const call = callOf(agent, trace);
    const endedAt = (call === undefined ? undefined : endOf(trace, call)) ?? trace.ends.get(agent.id) ?? null;
    if (file.settled && (agent.finished || endedAt !== null)) return [];
    if (endedAt !== null && endedAt < since) return [];
    return [{ kind: "shell", tool: "Agent", at: file.first ?? since, endedAt }];
  });
}
