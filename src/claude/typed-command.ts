import { statSync } from "node:fs";
import { errorCode } from "#base/fault.ts";
import { parseTranscriptLine, type TranscriptEntry, transcriptLines } from "#claude/transcript/transcript.ts";
import { plainWords } from "./plain-words.ts";

/** A shell command that a person typed behind `!`, and the time from its start to its end. */
export type TypedCommand = {
  readonly command: string;
  readonly at: Date;
  readonly endedAt: Date;
  readonly uuid: string;
};

const INPUT = "<bash-input>";
const INPUT_END = "</bash-input>";
const OUTPUT = "<bash-stdout>";
/** A typed command is among the newest lines; a session can write a great many others. */
const NEWEST_BYTES = 64 * 1024 * 1024;
/** Between the host's note of the time and that of the command that it ran. */
const SLACK_MS = 2_000;

/**
 * Returns the commands that a person typed behind `!` in Claude Code's terminal, oldest first.
 *
 * As 2.1.330 writes it: once the command has ended, two user lines follow each other. The first is
 * the text `<bash-input>COMMAND</bash-input>` (unescaped), the second, its child, the text
 * `<bash-stdout>…`, and says `turnOrigin: "human"`. A prompt that only looks like that carries a
 * `promptSource` (`typed`, `sdk` for `claude -p --resume`, `system` for one that the agent had
 * scheduled, also `isMeta`) and has no such child; the agent's own shell call is a tool result.
 */
export function findTypedCommands(text: string): readonly TypedCommand[] {
  const entries = text
    .split("\n")
    .filter(mayTell)
    .flatMap((line) => parseTranscriptLine(line) ?? []);
  const ends = new Map(entries.filter(isOutput).map((entry) => [entry.parentUuid, entry.timestamp]));
  return entries.filter(isInput).flatMap(({ uuid, timestamp, message }) => {
    const end = ends.get(uuid);
    const content = message?.content;
    if (uuid === undefined || timestamp === undefined || end === undefined) return [];
    if (typeof content !== "string" || !content.endsWith(INPUT_END)) return [];
    const command = content.slice(INPUT.length, -INPUT_END.length).trim();
    const [at, endedAt] = [new Date(timestamp), new Date(end)];
    return Number.isNaN(at.getTime() + endedAt.getTime()) ? [] : [{ command, at, endedAt, uuid }];
  });
}

/** A call of a program: its name, and the words that followed it. */
export type ProgramCall = { readonly program: string; readonly words: readonly string[] };

/**
 * Returns the evidence that a person typed exactly this call behind `!`, and that it was running at
 * that time; `undefined` where the transcript holds none, or is not there. How the person quoted
 * the words, and whether the program was named by its path or started by npx or Node, makes no difference;
 * anything else on the line does.
 */
export async function personTyped(
  transcriptPath: string,
  asked: ProgramCall & { readonly at: Date },
  signal?: AbortSignal,
): Promise<TypedCommand | undefined> {
  const typed = findTypedCommands(await newestTellingLines(transcriptPath, signal));
  return typed.findLast(
    ({ command, at, endedAt }) =>
      isCall(command, asked) &&
      asked.at.getTime() >= at.getTime() - SLACK_MS &&
      asked.at.getTime() <= endedAt.getTime() + SLACK_MS,
  );
}

/** A line that a shell would do anything else with has no words, and so matches nothing. */
function isCall(line: string, { program, words }: ProgramCall): boolean {
  const [first, ...rest] = withoutNpx(plainWords(line) ?? []);
  const [named, ...others] = first === "node" ? rest : [first, ...rest];
  const file = first === "node" ? `${program}.cjs` : program;
  if (named?.split("/").at(-1) !== file) return false;
  return others.length === words.length && others.every((word, index) => word === words[index]);
}

function withoutNpx(words: readonly string[]): readonly string[] {
  if (words[0] !== "npx") return words;
  return words.slice(words[1] === "-y" || words[1] === "--yes" ? 2 : 1);
}

async function newestTellingLines(path: string, signal: AbortSignal | undefined): Promise<string> {
  try {
    const from = Math.max(0, statSync(path).size - NEWEST_BYTES);
    const lines: string[] = [];
    for await (const { text } of transcriptLines(path, from, signal)) {
      if (text !== undefined && mayTell(text)) lines.push(text);
    }
    return lines.join("\n");
  } catch (error) {
    signal?.throwIfAborted();
    // Nobody is seen to have typed anything in what cannot be read.
    if (errorCode(error) === undefined) throw error;
    return "";
  }
}

/** Spares parsing all that is of no interest: requests and tool results make up most of a file. */
function mayTell(line: string): boolean {
  return line.includes(`"${INPUT}`) || line.includes(`"${OUTPUT}`);
}

function isInput(entry: TranscriptEntry): boolean {
  return isPersons(entry, INPUT) && entry.promptSource === undefined;
}

function isOutput(entry: TranscriptEntry): boolean {
  return isPersons(entry, OUTPUT) && (entry.turnOrigin ?? "human") === "human";
}

function isPersons(entry: TranscriptEntry, tag: string): boolean {
  const { message, entrypoint } = entry;
  if (entry.type !== "user" || message?.role !== "user") return false;
  if (entry.isMeta === true || entry.isSidechain === true || entry.toolUseResult !== undefined) return false;
  if (entrypoint?.startsWith("sdk") === true) return false;
  return typeof message.content === "string" && message.content.startsWith(tag);
}
