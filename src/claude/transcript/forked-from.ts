import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { TranscriptEntry, transcriptLines } from "./transcript.ts";
import { findTranscript } from "./transcript-files.ts";

/**
 * Returns which of these transcripts a fork was copied from, or `undefined` where it is none of
 * them. Claude Code 2.1.330 names no parent: a fork's transcript begins with the parent's entries,
 * under their own ids. Of those that share as many, forks of one parent, the first given wins.
 */
export async function forkedFrom(
  fork: string,
  candidates: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const copied = new Set(await entryIds(fork, signal));
  let best: { readonly path: string; readonly shared: number } | undefined;
  for (const path of copied.size === 0 ? [] : candidates) {
    const ids = await entryIds(path, signal);
    const shared = ids.filter((id) => copied.has(id)).length;
    if (shared > (best?.shared ?? 0)) best = { path, shared };
  }
  return best?.path;
}

const Identified = z.pick(TranscriptEntry, { uuid: true });

/** A line that is no entry has no id: it is passed over. */
async function entryIds(path: string, signal: AbortSignal): Promise<readonly string[]> {
  const found = findTranscript(path);
  const ids: string[] = [];
  if (found === undefined) return ids;
  for await (const { text } of transcriptLines(found, 0, signal)) {
    const id = text === undefined ? undefined : idOf(text);
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

function idOf(line: string): string | undefined {
  try {
    return parseJson(line, Identified).uuid;
  } catch {
    return undefined;
  }
}
