import type { TranscriptEntry } from "#claude/transcript/transcript.ts";
import type { ClaimPlace } from "./delegation.ts";
import type { FileReading } from "./file-reading.ts";
import { namedThreads } from "./named-threads.ts";
import { addClaim, wasSeen } from "./session-record.ts";
import { endDraft } from "./take-tool-result.ts";
import { commandClaims, personClaims } from "./tool-claims.ts";

const COMMAND = /<command-name>\s*([^<]+?)\s*<\/command-name>/;
const ARGUMENTS = /<command-args>([^<]*)<\/command-args>/;
const INPUT = /^<bash-input>(.*)<\/bash-input>\s*$/s;
const OUTPUT = /^<bash-stdout>/;
/** What the host says in the user's name, and no person. */
const HOSTS_OWN = /^\s*<(?:bash-|local-command-|task-notification|system-reminder|user-memory)/;

/** Takes what was said in the user's name: a slash command, a line behind `!` and its output, or a prompt. */
export function takePersonText(
  reading: FileReading,
  entry: TranscriptEntry,
  { text, place }: { readonly text: string; readonly place: ClaimPlace },
): void {
  const { record } = reading;
  const folder = typeof entry["cwd"] === "string" ? entry["cwd"] : undefined;
  const typed = INPUT.exec(text)?.[1];
  if (typed !== undefined) {
    const bodies = personClaims(typed, folder);
    const isNew = bodies.length > 0 && !wasSeen(record, place.uuid);
    const drafts = isNew ? bodies.flatMap((body) => addClaim(record, place, body) ?? []) : [];
    reading.typed = { uuid: entry.uuid, drafts };
    return;
  }
  if (OUTPUT.test(text) && reading.typed !== undefined && reading.typed.uuid === entry.parentUuid) {
    const result = { end: { kind: "ended" } as const, text, task: undefined, background: false };
    for (const draft of reading.typed.drafts)
      endDraft(draft, { result, threads: namedThreads(text), at: place.at });
    return;
  }
  const command = COMMAND.exec(text)?.[1];
  if (command !== undefined) {
    const said = ARGUMENTS.exec(text)?.[1] ?? "";
    const bodies = commandClaims(command, "slash", said);
    if (bodies.length > 0 && !wasSeen(record, place.uuid))
      for (const body of bodies) addClaim(record, place, body);
  }
  const isPrompt = entry.isMeta !== true && !HOSTS_OWN.test(text);
  if (isPrompt && place.at !== undefined) record.prompts.push(place.at);
}
