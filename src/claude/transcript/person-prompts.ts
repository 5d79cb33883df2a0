import { statSync } from "node:fs";
import { errorCode } from "#base/fault.ts";
import { parseTranscriptLine, type TranscriptEntry, transcriptLines } from "./transcript.ts";

/** What a person asked of the agent, and when. */
export type PersonPrompt = { readonly text: string; readonly at: Date };

/** What a person asked for since a baseline is near the end; a session can write a great deal before that. */
const NEWEST_BYTES = 32 * 1024 * 1024;

/** What the host writes in the user's name, as tags around the whole text: commands, their output, notices. */
const HOSTS_OWN = /^<(?:bash-|command-|local-command-|task-notification|system-reminder|user-memory)/;

/**
 * Returns what a person asked of the agent, oldest first, as a transcript of Claude Code 2.1.330
 * has it: prompts that were typed, or given to `claude -p`. It is no documented format and never
 * decides anything, so that one which cannot be read, or says nothing, gives an empty list.
 */
export async function personPrompts(
  transcriptPath: string,
  signal: AbortSignal,
): Promise<readonly PersonPrompt[]> {
  const prompts: PersonPrompt[] = [];
  try {
    const from = Math.max(0, statSync(transcriptPath).size - NEWEST_BYTES);
    for await (const { text } of transcriptLines(transcriptPath, from, signal)) {
      const prompt = text?.includes('"role":"user"') ? promptIn(parseTranscriptLine(text)) : undefined;
      if (prompt !== undefined) prompts.push(prompt);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (errorCode(error) === undefined) throw error;
  }
  return prompts;
}

function promptIn(entry: TranscriptEntry | undefined): PersonPrompt | undefined {
  if (entry === undefined || entry.type !== "user" || entry.message?.role !== "user") return undefined;
  if (entry.isMeta === true || entry.isSidechain === true || entry.toolUseResult !== undefined)
    return undefined;
  if (entry.promptSource === "system" || entry.timestamp === undefined) return undefined;
  const text = textOf(entry.message.content).trim();
  const at = new Date(entry.timestamp);
  return text === "" || HOSTS_OWN.test(text) || Number.isNaN(at.getTime()) ? undefined : { text, at };
}

function textOf(content: NonNullable<TranscriptEntry["message"]>["content"]): string {
  if (content === undefined || typeof content === "string") return content ?? "";
  return content
    .flatMap((part) => (part.type === "text" && typeof part["text"] === "string" ? [part["text"]] : []))
    .join("\n");
}
