import { createReadStream } from "node:fs";
import * as z from "zod/mini";
import { openFile } from "#base/files.ts";
import { parseJson } from "#base/json.ts";

const text = z.catch(z.optional(z.string()), undefined);
const flag = z.catch(z.optional(z.boolean()), undefined);

const Content = z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]);

/**
 * One line of a session's transcript (as written by Claude Code 2.1.330). It is no documented
 * format: whatever is missing or of another type counts as absent.
 */
export const TranscriptEntry = z.looseObject({
  type: z.string(),
  subtype: text,
  uuid: text,
  parentUuid: text,
  timestamp: text,
  /** The same as `prompt_id` on a hook's stdin. */
  promptId: text,
  sessionId: text,
  /** How this session was started: cli, sdk-cli and others. */
  entrypoint: text,
  isSidechain: flag,
  /** Set on what the host says in the user's name: stop feedback, woken prompts. */
  isMeta: flag,
  /** Set on prompts only: typed, sdk, system. Absent on what a person ran with `!`. */
  promptSource: text,
  turnOrigin: text,
  toolUseResult: z.optional(z.unknown()),
  message: z.catch(z.optional(z.looseObject({ role: text, content: z.optional(Content) })), undefined),
});
export type TranscriptEntry = z.output<typeof TranscriptEntry>;

/** A raw line and where it starts, in bytes. A line beyond the bound comes without its text. */
export type TranscriptLine = { readonly offset: number; readonly text: string | undefined };

const LINE_FEED = 0x0a;
const LONGEST_LINE = 32 * 1024 * 1024;

/**
 * Yields the complete lines of a transcript from a byte offset on; an offset within a line starts
 * at the next one. The last line counts only once its line feed is written: the host writes
 * behind, and half a line says nothing. Memory is bounded by the longest line, not by the file.
 */
export async function* transcriptLines(
  path: string,
  from: number,
  signal?: AbortSignal,
): AsyncGenerator<TranscriptLine> {
  let pending: Buffer[] = [];
  let length = 0;
  let offset = from === 0 ? 0 : from - 1;
  let inside = from > 0;
  const fd = openFile(path);
  const stream = createReadStream(path, { fd, start: offset, ...(signal === undefined ? {} : { signal }) });
  for await (const chunk of stream) {
    let rest = Buffer.from(chunk);
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      length += end;
      if (length <= LONGEST_LINE) pending.push(rest.subarray(0, end));
      const whole = length <= LONGEST_LINE ? Buffer.concat(pending).toString("utf8") : undefined;
      if (!inside) yield { offset, text: whole };
      offset += length + 1;
      inside = false;
      pending = [];
      length = 0;
      rest = rest.subarray(end + 1);
    }
    length += rest.length;
    if (length <= LONGEST_LINE) pending.push(rest);
    else pending = [];
  }
}

/** Returns a line as an entry, or `undefined` where it is no JSON object with a type. */
export function parseTranscriptLine(line: string): TranscriptEntry | undefined {
  try {
    return parseJson(line, TranscriptEntry);
  } catch {
    return undefined;
  }
}
