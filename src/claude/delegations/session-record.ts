import { emptyTrace, type ToolTrace } from "#claude/transcript/tool-trace.ts";
import type { ClaimPlace, CodexClaim, ThreadMention, TranscriptDamage } from "./delegation.ts";
import type { ClaimBody } from "./tool-claims.ts";

/** A claim while its transcript is read: its end may come later. */
export type ClaimDraft = { readonly place: ClaimPlace; body: ClaimBody; task: string | undefined };

/** A call that started a sub-agent. */
export type AgentCall = {
  readonly id: string;
  readonly place: ClaimPlace;
  readonly type: string;
  readonly description: string;
  readonly prompt: string;
  agentId: string | undefined;
  answer: string;
  uses: number | undefined;
  endedAt: number | undefined;
  denied: string | undefined;
};

/** What a sub-agent's own transcript says. */
export type AgentRecord = {
  readonly id: string;
  /** Where it begins. */
  readonly place: ClaimPlace;
  call: string | undefined;
  type: string;
  description: string;
  /** What it was asked. */
  prompt: string | undefined;
  uses: number;
  readonly denials: string[];
  readonly said: string[];
  answer: string;
  lastAt: number | undefined;
};

/** All that is gathered of one session, over its files. */
export type SessionRecord = {
  readonly drafts: ClaimDraft[];
  /** Claims by the call whose result they wait for. */
  readonly open: Map<string, readonly ClaimDraft[]>;
  /** Which tool a sub-agent's call uses, until its result is there. */
  readonly names: Map<string, string>;
  readonly agentCalls: Map<string, AgentCall>;
  readonly agents: Map<string, AgentRecord>;
  readonly mentions: ThreadMention[];
  readonly damage: TranscriptDamage[];
  readonly folders: Set<string>;
  readonly prompts: number[];
  /** When background work was over. */
  readonly trace: ToolTrace;
  /** Lines and calls that claimed something, or were a sub-agent's: see `wasSeen`. */
  readonly seen: Set<string>;
  session: string | undefined;
  from: number | undefined;
  to: number | undefined;
  lines: number;
  leftOut: number;
};

const MOST_CLAIMS = 5_000;
const MOST_MENTIONS = 1_000;
const MOST_DAMAGE = 100;

export function emptyRecord(): SessionRecord {
  return {
    drafts: [],
    open: new Map(),
    names: new Map(),
    agentCalls: new Map(),
    agents: new Map(),
    mentions: [],
    damage: [],
    folders: new Set(),
    prompts: [],
    trace: emptyTrace(),
    seen: new Set(),
    session: undefined,
    from: undefined,
    to: undefined,
    lines: 0,
    leftOut: 0,
  };
}

/** Adds a claim, unless there are too many already: then it is counted. */
export function addClaim(record: SessionRecord, place: ClaimPlace, body: ClaimBody): ClaimDraft | undefined {
  if (record.drafts.length >= MOST_CLAIMS) {
    record.leftOut += 1;
    return undefined;
  }
  const draft = { place, body, task: undefined };
  record.drafts.push(draft);
  return draft;
}

export function addMention(record: SessionRecord, mention: ThreadMention): void {
  if (record.mentions.length < MOST_MENTIONS) record.mentions.push(mention);
}

export function addDamage(record: SessionRecord, damage: TranscriptDamage): void {
  if (record.damage.length < MOST_DAMAGE) record.damage.push(damage);
}

/** Returns whether a line or call was there before, and remembers it: a session that was resumed repeats them. */
export function wasSeen({ seen }: SessionRecord, id: string | undefined): boolean {
  if (id === undefined) return false;
  const before = seen.has(id);
  seen.add(id);
  return before;
}

/** Returns a claim as it is handed on. */
export function finished({ place, body }: ClaimDraft): CodexClaim {
  return { place, ...body };
}
