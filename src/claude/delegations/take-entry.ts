import * as z from "zod/mini";
import { takeAttachment, takeNotice } from "#claude/transcript/tool-notices.ts";
import type { TranscriptEntry } from "#claude/transcript/transcript.ts";
import type { ClaimPlace } from "./delegation.ts";
import type { FileReading } from "./file-reading.ts";
import { namedThreads } from "./named-threads.ts";
import { proseClaims } from "./prose-claims.ts";
import { type AgentRecord, addClaim, wasSeen } from "./session-record.ts";
import { takePersonText } from "./take-person-text.ts";
import { takeToolResult } from "./take-tool-result.ts";
import { toolClaims } from "./tool-claims.ts";

const LONGEST_ANSWER = 2_000;
const ToolUse = z.looseObject({ id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()) });

/** Takes one line of a transcript. */
export function takeEntry(reading: FileReading, entry: TranscriptEntry, line: number): void {
  const { record } = reading;
  const at = timeOf(entry.timestamp);
  const folder = entry["cwd"];
  if (typeof folder === "string" && folder.startsWith("/")) record.folders.add(folder);
  if (at !== undefined) {
    record.from = Math.min(record.from ?? at, at);
    record.to = Math.max(record.to ?? at, at);
  }
  record.session ??= entry.sessionId;
  const agent = reading.agent ?? inlineAgent(reading, entry, line);
  const place = { file: reading.file, line, uuid: entry.uuid, agent: agent?.id, at };
  if (agent !== undefined && at !== undefined) agent.lastAt = at;
  if (entry.type === "assistant") takeAnswer(reading, entry, { place, agent });
  else if (entry.type === "user") takeUser(reading, entry, { place, agent });
  else if (at === undefined) return;
  else if (entry.type === "attachment") takeAttachment(record.trace, entry["attachment"], new Date(at));
  else if (entry.type === "queue-operation") takeNotice(record.trace, entry["content"], new Date(at));
}

/** Takes the end of a file: what was said last was said finally. */
export function takeEnd(reading: FileReading): void {
  closeMessage(reading, true);
}

type Standing = { readonly place: ClaimPlace; readonly agent: AgentRecord | undefined };

function takeAnswer(reading: FileReading, entry: TranscriptEntry, standing: Standing): void {
  const id = typeof entry.message?.["id"] === "string" ? entry.message["id"] : entry.uuid;
  if (id !== reading.message) {
    closeMessage(reading, false);
    reading.message = id;
    if (standing.agent !== undefined) standing.agent.answer = "";
  }
  const content = entry.message?.content ?? [];
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
  for (const block of blocks) {
    const text = block["text"];
    if (block.type === "text" && typeof text === "string") takeSaid(reading, text, standing);
    if (block.type === "tool_use") takeUse(reading, entry, { block, ...standing });
  }
}

function takeSaid(reading: FileReading, text: string, { place, agent }: Standing): void {
  const sentences = proseClaims(text);
  const id = place.uuid === undefined ? undefined : `${place.uuid} ${sentences[0]}`;
  if (sentences.length > 0 && wasSeen(reading.record, id)) return;
  if (agent !== undefined) {
    agent.answer = `${agent.answer}${agent.answer === "" ? "" : "\n"}${text}`.slice(0, LONGEST_ANSWER);
    agent.said.push(...sentences.slice(0, Math.max(0, 5 - agent.said.length)));
    return;
  }
  if (sentences.length === 0) return;
  const threads = namedThreads(text);
  const draft = addClaim(reading.record, place, { kind: "prose", sentences, threads, final: false });
  if (draft !== undefined) reading.prose.push(draft);
}

function takeUse(
  reading: FileReading,
  entry: TranscriptEntry,
  { block, place, agent }: Standing & { readonly block: unknown },
): void {
  const use = z.safeParse(ToolUse, block).data;
  const { record } = reading;
  reading.callsTools = true;
  if (use === undefined) return;
  const folder = typeof entry["cwd"] === "string" ? entry["cwd"] : undefined;
  const starts = use.name === "Agent" || use.name === "Task";
  const bodies = starts ? [] : toolClaims({ name: use.name, input: use.input, folder });
  // Of the session's own calls only those that claim something are remembered: there can be very many.
  if (agent === undefined && !starts && bodies.length === 0) return;
  if (wasSeen(record, use.id)) return;
  if (starts) record.agentCalls.set(use.id, agentCall(use, place));
  const drafts = bodies.flatMap((body) => addClaim(record, place, body) ?? []);
  if (drafts.length > 0) record.open.set(use.id, drafts);
  if (agent === undefined) return;
  agent.uses += 1;
  record.names.set(use.id, use.name);
}

function agentCall({ id, input }: z.output<typeof ToolUse>, place: ClaimPlace) {
  const text = (key: string): string => (typeof input[key] === "string" ? input[key] : "");
  return {
    id,
    place,
    type: text("subagent_type"),
    description: text("description"),
    prompt: text("prompt"),
    agentId: undefined,
    answer: "",
    uses: undefined,
    endedAt: undefined,
    denied: undefined,
  };
}

function takeUser(reading: FileReading, entry: TranscriptEntry, { place, agent }: Standing): void {
  const { record } = reading;
  const content = entry.message?.content;
  if (content === undefined) return;
  if (place.at !== undefined) takeNotice(record.trace, content, new Date(place.at));
  const blocks = typeof content === "string" ? [] : content;
  for (const block of blocks) {
    if (block.type === "tool_result") takeToolResult(record, { block, entry, place, agent });
  }
  if (blocks.some((block) => block.type === "tool_result")) return;
  const text = typeof content === "string" ? content : blocks.map((block) => block["text"] ?? "").join("\n");
  if (agent !== undefined) {
    agent.prompt ??= text;
    return;
  }
  closeMessage(reading, true);
  takePersonText(reading, entry, { text, place });
}

/** A message without a call that nothing but a person's word follows ended its turn. */
function closeMessage(reading: FileReading, ended: boolean): void {
  if (ended && !reading.callsTools) {
    for (const draft of reading.prose) {
      if (draft.body.kind === "prose") draft.body = { ...draft.body, final: true };
    }
  }
  reading.prose = [];
  reading.callsTools = false;
  reading.message = undefined;
}

/** Older versions wrote the lines of sub-agents into the session's own file, each beside the one before. */
function inlineAgent(reading: FileReading, entry: TranscriptEntry, line: number): AgentRecord | undefined {
  if (entry.isSidechain !== true) return undefined;
  const named = entry["agentId"];
  const before = reading.inline.get(entry.parentUuid ?? "");
  const id = typeof named === "string" ? named : (before?.id ?? `line-${line}`);
  const agents = reading.record.agents;
  const place = { file: reading.file, line, uuid: entry.uuid, agent: id, at: timeOf(entry.timestamp) };
  const agent = agents.get(id) ?? newAgent(id, place);
  agents.set(id, agent);
  if (entry.uuid !== undefined) reading.inline.set(entry.uuid, agent);
  return agent;
}

export function newAgent(id: string, place: ClaimPlace): AgentRecord {
  return {
    id,
    place,
    call: undefined,
    type: "",
    description: "",
    prompt: undefined,
    uses: 0,
    denials: [],
    said: [],
    answer: "",
    lastAt: undefined,
  };
}

function timeOf(timestamp: string | undefined): number | undefined {
  const at = Date.parse(timestamp ?? "");
  return Number.isNaN(at) ? undefined : at;
}
