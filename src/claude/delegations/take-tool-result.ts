import type { TranscriptEntry } from "#claude/transcript/transcript.ts";
import { type CallResult, callResult } from "./call-result.ts";
import type { ClaimPlace } from "./delegation.ts";
import { namedThreads } from "./named-threads.ts";
import { type AgentRecord, addMention, type ClaimDraft, type SessionRecord } from "./session-record.ts";

export type ResultStanding = {
  readonly block: unknown;
  readonly entry: TranscriptEntry;
  readonly place: ClaimPlace;
  readonly agent: AgentRecord | undefined;
};

const LONGEST_ANSWER = 2_000;
/** Both ends of an output are kept: a run names itself first and answers last. */
const OUTPUT_END = 8_000;

/** Takes the result of a tool: of a claim's own call, of a sub-agent's, or of one that only read something. */
export function takeToolResult(record: SessionRecord, { block, entry, place, agent }: ResultStanding): void {
  const found = callResult(block, entry);
  if (found === undefined) return;
  const { id, result } = found;
  const name = record.names.get(id) ?? "";
  record.names.delete(id);
  if (result.end.kind === "denied" && agent !== undefined && agent.denials.length < 20)
    agent.denials.push(name);
  const call = record.agentCalls.get(id);
  if (call !== undefined) {
    call.agentId = result.agentId;
    call.uses = result.uses;
    call.denied = result.end.kind === "denied" ? result.end.detail : undefined;
    if (!result.background) {
      call.answer = result.text.slice(0, LONGEST_ANSWER);
      call.endedAt = place.at;
    }
    return;
  }
  const drafts = record.open.get(id);
  record.open.delete(id);
  const threads = namedThreads(result.text);
  if (drafts !== undefined) for (const draft of drafts) endDraft(draft, { result, threads, at: place.at });
  else if (!addedToTask(record, threads, result)) {
    for (const thread of threads) addMention(record, { place, thread });
  }
}

type Ending = {
  readonly result: Pick<CallResult, "end" | "text" | "task" | "background">;
  readonly threads: readonly string[];
  readonly at: number | undefined;
};

/** Gives a claim what came back of its call. */
export function endDraft(draft: ClaimDraft, { result, threads, at }: Ending): void {
  const { end, text, task, background } = result;
  draft.task = task;
  const { body } = draft;
  if (body.kind === "file") draft.body = { ...body, end };
  if (body.kind !== "call") return;
  const endedAt = background ? undefined : at;
  draft.body = { ...body, end, endedAt, threads: [...body.threads, ...threads], output: bothEnds(text) };
}

/** What a background command has printed is asked for with another tool, which names its task. */
function addedToTask(record: SessionRecord, threads: readonly string[], { text }: CallResult): boolean {
  if (threads.length === 0) return false;
  const draft = record.drafts.find(({ task }) => task !== undefined && text.includes(task));
  if (draft?.body.kind !== "call") return false;
  draft.body = {
    ...draft.body,
    threads: [...new Set([...draft.body.threads, ...threads])],
    output: bothEnds(`${draft.body.output}\n${text}`),
  };
  return true;
}

function bothEnds(text: string): string {
  return text.length <= 2 * OUTPUT_END ? text : `${text.slice(0, OUTPUT_END)}\n…\n${text.slice(-OUTPUT_END)}`;
}
