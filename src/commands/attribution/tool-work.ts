import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "#base/fault.ts";
import { readFinishedHistory } from "#claude/transcript/read-finished-history.ts";
import { readToolHistory } from "#claude/transcript/read-tool-history.ts";
import type { ToolHistory, ToolRecord } from "#claude/transcript/tool-records.ts";
import { agentFiles, findTranscript } from "#claude/transcript/transcript-files.ts";
import type { OtherSession, Work } from "#gate/attribution/take-sides.ts";
import type { AttributionInput, OtherInTree } from "./attribution-input.ts";

/** The host writes its transcripts behind: 40 to 80 ms were seen at a Stop (Claude Code 2.1.330). */
const BEHIND_MS = 150;

/** Work in one tree, and whether the session also edited files outside of it. */
type OwnWork = Work & { readonly editedOutside: boolean };

/**
 * Returns what the session's own tools did since the baseline, and since the first of the others
 * began: a session that began while a command of this one ran may be this one's. It is all of it
 * only where the transcript holds what the agent said last, which is waited for a little.
 */
export async function ownWork(
  { session, lastMessage, tree }: AttributionInput,
  others: readonly OtherSession[],
  signal: AbortSignal,
): Promise<OwnWork> {
  if (session.transcript === undefined) return { ...UNKNOWN, editedOutside: false };
  const times = [Date.parse(session.takenAt), ...others.map(({ started }) => started.getTime())];
  const request = { since: new Date(Math.min(...times)), lastMessage };
  const { root } = tree.repository;
  const history = await readFinishedHistory(session.transcript, request, signal);
  const editedOutside = history?.records.some((record) => recordIn(record, root).length === 0) ?? false;
  return { ...inTree(history, root), editedOutside };
}

/**
 * Returns what other sessions did that may have worked since. What they did just before the snapshot
 * may not be written yet, and is waited for.
 */
export async function otherWork(
  { others, taken, tree }: AttributionInput,
  since: Date,
  signal: AbortSignal,
): Promise<readonly OtherSession[]> {
  const active = others.filter((other) => mayHaveWorked(other, since));
  const behind = taken.until.getTime() + BEHIND_MS - Date.now();
  if (active.some(({ live }) => live) && behind > 0) {
    await sleep(Math.min(behind, BEHIND_MS), undefined, { signal });
  }
  const works: OtherSession[] = [];
  for (const { session_id, transcript, started, reviewedFrom } of active) {
    const history = transcript === undefined ? undefined : await readToolHistory(transcript, since, signal);
    works.push({ session: session_id, started, reviewedFrom, work: inTree(history, tree.repository.root) });
  }
  return works;
}

const UNKNOWN: Work = { records: [], whole: false };

function mayHaveWorked({ transcript, live, started, seen }: OtherInTree, since: Date): boolean {
  const written = transcript === undefined ? undefined : lastWritten(transcript);
  if (written !== undefined) return written >= since.getTime();
  const last = seen.at(-1)?.until ?? started.toISOString();
  return live || Date.parse(last) >= since.getTime();
}

/**
 * Sub-agents write files of their own beside the session's, while that one may rest. What cannot be
 * looked at may be written just now; `undefined` is returned where there is no transcript.
 */
function lastWritten(transcript: string): number | undefined {
  try {
    const path = findTranscript(transcript);
    if (path === undefined) return undefined;
    const agents = agentFiles(path).map(({ changed }) => changed.getTime());
    return Math.max(statSync(path).mtimeMs, ...agents);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return Number.POSITIVE_INFINITY;
  }
}

/** Edits elsewhere are nothing to this tree; those in it are named as the tree does, byte for byte. */
function inTree(history: ToolHistory | undefined, root: string): Work {
  const { records, whole } = history ?? UNKNOWN;
  return { whole, records: records.flatMap((record) => recordIn(record, root)) };
}

function recordIn(record: ToolRecord, root: string): readonly ToolRecord[] {
  if (record.kind === "shell") return [record];
  if (!record.path.startsWith(`${root}/`)) return [];
  return [{ ...record, path: Buffer.from(record.path.slice(root.length + 1), "utf8").toString("latin1") }];
}
