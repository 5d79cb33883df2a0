import { closeSync, createReadStream, fstatSync, statSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import * as z from "zod/mini";
import { errorCode, errorText } from "#base/fault.ts";
import { openFile, readIfPresent } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { parseTranscriptLine, transcriptLines } from "#claude/transcript/transcript.ts";
import { type AgentFile, agentFiles } from "#claude/transcript/transcript-files.ts";
import { agentClaims } from "./agent-claims.ts";
import type { Delegations } from "./delegation.ts";
import type { FileReading } from "./file-reading.ts";
import { addDamage, emptyRecord, finished, type SessionRecord } from "./session-record.ts";
import { newAgent, takeEnd, takeEntry } from "./take-entry.ts";

/** The host's own bookkeeping, which says nothing of tools and makes up much of a file. */
const BOOKKEEPING = '{"type":"api-request';
/** What is left behind the last line feed is not held beyond this. */
const LONGEST_REST = 32 * 1024 * 1024;

/**
 * Returns what a session's transcript, and those of its sub-agents, say of Codex (written by Claude Code
 * 2.1.330 and others; no documented format). All lines are read, one at a time. What cannot be read is
 * told as damage, and takes nothing else with it.
 *
 * @throws Error with the system's code where the session's own transcript cannot be opened; `signal`'s reason.
 */
export async function readDelegations(transcript: string, signal: AbortSignal): Promise<Delegations> {
  const record = emptyRecord();
  await readFile(record, { path: transcript, agent: undefined }, signal);
  // Their folder has the transcript's name without its ending; a file of another name has none.
  const files = transcript.endsWith(".jsonl") ? agentFiles(transcript) : [];
  for (const file of files.toReversed()) {
    try {
      await readFile(record, { path: file.path, agent: file }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (errorCode(error) === undefined) throw error;
      addDamage(record, { file: file.path, line: null, what: "unreadable", detail: errorText(error) });
    }
  }
  endBackground(record);
  const claims = [...record.drafts.map(finished), ...agentClaims(record)];
  return {
    transcript,
    session: record.session,
    claims: claims.toSorted((a, b) => (a.place.at ?? 0) - (b.place.at ?? 0)),
    mentions: record.mentions,
    damage: record.damage,
    folders: [...record.folders],
    prompts: record.prompts.toSorted((a, b) => a - b),
    agents: new Map([...record.agents.values()].map((agent) => [agent.id, parentOf(record, agent.call)])),
    from: record.from,
    to: record.to,
    lines: record.lines,
    leftOut: record.leftOut,
  };
}

function parentOf(record: SessionRecord, call: string | undefined): string | undefined {
  return call === undefined ? undefined : record.agentCalls.get(call)?.place.agent;
}

type ReadFile = { readonly path: string; readonly agent: AgentFile | undefined };

async function readFile(
  record: SessionRecord,
  { path, agent }: ReadFile,
  signal: AbortSignal,
): Promise<void> {
  const reading = readingOf(record, path, agent);
  let line = 0;
  let end = 0;
  for await (const { offset, text } of transcriptLines(path, 0, signal)) {
    line += 1;
    end = offset;
    takeLine(reading, text, line);
  }
  await takeRest(reading, { path, from: end, line }, signal);
  takeEnd(reading);
}

function readingOf(record: SessionRecord, path: string, file: AgentFile | undefined): FileReading {
  const place = { file: path, line: 1, uuid: undefined, agent: file?.id, at: undefined };
  const agent = file === undefined ? undefined : newAgent(file.id, place);
  if (agent !== undefined && file !== undefined) {
    const meta = metaOf(path);
    agent.call = file.call;
    agent.type = meta.agentType ?? "";
    agent.description = meta.description ?? "";
    record.agents.set(agent.id, agent);
  }
  return {
    record,
    file: path,
    agent,
    inline: new Map(),
    message: undefined,
    prose: [],
    callsTools: false,
    typed: undefined,
  };
}

function takeLine(reading: FileReading, text: string | undefined, line: number): void {
  const { record, file } = reading;
  record.lines += 1;
  if (text === undefined) {
    addDamage(record, { file, line, what: "long-line", detail: "it is longer than 32 MiB" });
    return;
  }
  if (text.trim() === "" || text.startsWith(BOOKKEEPING)) return;
  const entry = parseTranscriptLine(text);
  if (entry === undefined)
    addDamage(record, { file, line, what: "broken-line", detail: "it is no JSON of a line" });
  else takeEntry(reading, entry, line);
}

/** What follows the last line feed: a whole line that only lacks its end, or one that was cut. */
async function takeRest(
  reading: FileReading,
  { path, from, line }: { readonly path: string; readonly from: number; readonly line: number },
  signal: AbortSignal,
): Promise<void> {
  const { record } = reading;
  const { size } = statSync(path);
  if (size === 0) addDamage(record, { file: path, line: null, what: "empty", detail: "the file is empty" });
  if (size === 0 || size - from > 2 * LONGEST_REST) return;
  const last = await bytesFrom(path, from, signal);
  const rest = line === 0 ? last : last.subarray(last.indexOf(0x0a) + 1);
  if (rest.length === 0) return;
  const text = rest.toString("utf8");
  record.lines += 1;
  const entry = parseTranscriptLine(text);
  if (entry !== undefined) takeEntry(reading, entry, line + 1);
  else addDamage(record, { file: path, line: line + 1, what: "cut", detail: "the file ends within a line" });
}

async function bytesFrom(path: string, from: number, signal: AbortSignal): Promise<Buffer> {
  const fd = openFile(path);
  if (fstatSync(fd).isDirectory()) {
    closeSync(fd);
    return Buffer.alloc(0);
  }
  return await buffer(createReadStream(path, { fd, start: from, signal }));
}

const Meta = z.looseObject({
  agentType: z.catch(z.optional(z.string()), undefined),
  description: z.catch(z.optional(z.string()), undefined),
});

function metaOf(path: string): z.output<typeof Meta> {
  try {
    return parseJson(readIfPresent(path.replace(/\.jsonl$/, ".meta.json")) ?? "{}", Meta);
  } catch {
    return { agentType: undefined, description: undefined };
  }
}

/** A command in the background ends with a notice, which names its task or its call. */
function endBackground({ drafts, trace }: SessionRecord): void {
  for (const draft of drafts) {
    const end = draft.task === undefined ? undefined : trace.ends.get(draft.task);
    if (end !== undefined && draft.body.kind === "call")
      draft.body = { ...draft.body, endedAt: end.getTime() };
  }
}
