import { closeSync, fstatSync, readSync } from "node:fs";
import { openFile } from "#base/files.ts";
import { takeCall, takeResult } from "./tool-blocks.ts";
import { takeAttachment, takeNotice } from "./tool-notices.ts";
import type { ToolTrace } from "./tool-trace.ts";
import { parseTranscriptLine, type TranscriptEntry, transcriptLines } from "./transcript.ts";

/** What one transcript file is like, beside what it says of tools. */
export type FileTrace = {
  /** The first moment that was read. */
  first: Date | undefined;
  /** Something written at or after the moment asked for cannot be read. */
  damaged: boolean;
  /** Its last line of conversation is an answer that calls no tool. */
  settled: boolean;
  /** The text of the last answer. */
  lastMessage: string | undefined;
};

export type TraceRequest = {
  readonly path: string;
  /** The byte from which on to read. */
  readonly from: number;
  readonly since: Date;
  /** A sub-agent's own transcript: there, every line is beside the main conversation. */
  readonly side: boolean;
};

type Reading = {
  readonly request: TraceRequest;
  readonly trace: ToolTrace;
  readonly file: FileTrace;
  /** The calls of the latest answers that have no result yet. */
  readonly open: Set<string>;
  /** The id of the latest answer, and what it said so far. */
  answer: string | undefined;
  parts: readonly string[];
};

/** The host's own bookkeeping, which says nothing of tools and makes up much of a file. */
const BOOKKEEPING = '{"type":"api-request';

/**
 * Adds what a transcript says of tools to a trace, from a byte on, and returns what the file is
 * like. Whatever cannot be read makes the file a damaged one and never throws; a file that is not
 * there, or not to be opened, does.
 */
export async function readTrace(
  request: TraceRequest,
  trace: ToolTrace,
  signal: AbortSignal,
): Promise<FileTrace> {
  const file: FileTrace = { first: undefined, damaged: false, settled: false, lastMessage: undefined };
  const reading: Reading = { request, trace, file, open: new Set(), answer: undefined, parts: [] };
  const torn = endsTorn(request.path);
  for await (const { text } of transcriptLines(request.path, request.from, signal)) {
    if (text?.startsWith(BOOKKEEPING) || text === "") continue;
    const entry = text === undefined ? undefined : parseTranscriptLine(text);
    if (entry === undefined) reading.file.damaged = true;
    else takeEntry(reading, entry);
  }
  if (torn) reading.file.damaged = true;
  return reading.file;
}

/** The host writes line by line; half a line is one that is being written, or never will be. */
function endsTorn(path: string): boolean {
  const file = openFile(path);
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last.toString("latin1") !== "\n";
  } finally {
    closeSync(file);
  }
}

function takeEntry(reading: Reading, entry: TranscriptEntry): void {
  const { trace, file, request } = reading;
  const at = timeOf(entry);
  if (at !== undefined) {
    file.first ??= at;
    if (at < request.since) file.damaged = false;
  }
  const folder = entry["cwd"];
  if (typeof folder === "string" && folder.startsWith("/")) trace.folders.add(folder);
  if (entry.type === "assistant" || entry.type === "user") takeMessage(reading, entry, at);
  else if (at === undefined) return;
  else if (entry.type === "attachment") takeAttachment(trace, entry["attachment"], at);
  else if (entry.type === "queue-operation") takeNotice(trace, entry["content"], at);
}

function timeOf({ timestamp }: TranscriptEntry): Date | undefined {
  const at = new Date(timestamp ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function takeMessage(reading: Reading, entry: TranscriptEntry, at: Date | undefined): void {
  const { file, request, trace } = reading;
  const content = entry.message?.content;
  if (content === undefined || at === undefined) {
    file.damaged = true;
    return;
  }
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
  const ours = (entry.isSidechain === true) === request.side;
  if (entry.type === "user") {
    takeNotice(trace, content, at);
    if (ours) file.settled = false;
    for (const block of blocks) {
      if (block.type !== "tool_result") continue;
      const id = takeResult(trace, { entry, block, at });
      if (id === undefined) file.damaged = true;
      else reading.open.delete(id);
    }
    return;
  }
  if (ours) {
    takeAnswer(reading, entry, blocks);
    closeOpen(reading, entry, at);
  }
  for (const block of blocks) {
    if (block.type !== "tool_use") continue;
    const id = takeCall(trace, { entry, block, at });
    if (id === undefined) file.damaged = true;
    else if (!trace.results.has(id)) reading.open.add(id);
  }
}

type Blocks = readonly { readonly type: string; readonly [key: string]: unknown }[];

/** One answer is written as several lines, a block each, that share its id. */
function takeAnswer(reading: Reading, entry: TranscriptEntry, blocks: Blocks): void {
  const { file, answer } = reading;
  const same = answer !== undefined && entry.message?.["id"] === answer;
  file.settled = !blocks.some(({ type }) => type === "tool_use") && (file.settled || !same);
  const texts = blocks.flatMap((block) => (typeof block["text"] === "string" ? [block["text"]] : []));
  reading.parts = [...(same ? reading.parts : []), ...texts];
  if (reading.parts.length > 0) file.lastMessage = reading.parts.join("\n");
}

/** The model is asked again only when every call of its last answer is over, whether or not a result was kept. */
function closeOpen(reading: Reading, entry: TranscriptEntry, at: Date): void {
  const id = entry.message?.["id"];
  if (typeof id !== "string" || id === reading.answer) return;
  reading.answer = id;
  for (const call of reading.open) if (!reading.trace.ends.has(call)) reading.trace.ends.set(call, at);
  reading.open.clear();
}
