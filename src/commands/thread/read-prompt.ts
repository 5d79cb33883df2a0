import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { errorCode, errorText } from "#base/fault.ts";
import { type Call, UsageFault } from "#commands/command.ts";

/** Codex takes 1,048,576 characters in one input (0.140, 0.169). */
const LONGEST = 1_048_576;
const LONGEST_BYTES = 4 * LONGEST;

/**
 * Returns the prompt that a call gives: the words themselves, `-` for standard input, or a file.
 *
 * @throws UsageFault where there is none or more than one, it is empty, too long, or cannot be read.
 */
export async function readPrompt(call: Call, command: string, words: string | undefined): Promise<string> {
  const file = call.texts.get("file");
  if (words !== undefined && file !== undefined) {
    throw usage(`${command}: give the prompt as words or with --file, not both`);
  }
  const text = file === undefined ? await typed(call, command, words) : readFile(call, command, file);
  if (text.trim() === "") throw usage(`${command}: the prompt is empty`);
  if (text.length > LONGEST) {
    throw usage(
      `${command}: the prompt has ${text.length} characters, and Codex takes ${LONGEST}; let it read a file instead`,
    );
  }
  return text;
}

async function typed(call: Call, command: string, words: string | undefined): Promise<string> {
  if (words === undefined) {
    throw usage(`${command}: give a prompt, - to read it from standard input, or --file FILE`);
  }
  if (words !== "-") return words;
  if (call.stdinIsTerminal) call.stderr.write("Type the prompt, and end it with Ctrl-D.\n");
  const bytes = await call.readStdin(LONGEST_BYTES);
  if (bytes === undefined) throw usage(`${command}: there is more on standard input than Codex takes`);
  return textOf(bytes, command, "standard input");
}

function readFile(call: Call, command: string, file: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(call.cwd, file));
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw usage(`${command}: ${file} cannot be read: ${errorText(error)}`);
  }
  return textOf(bytes, command, file);
}

/** The prompt is kept and sent as it is: what would be replaced on the way is not taken. */
function textOf(bytes: Uint8Array, command: string, place: string): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw usage(`${command}: ${place} is no text in UTF-8`);
  }
  if (text.includes("\0")) throw usage(`${command}: ${place} holds a NUL byte, which no text has`);
  return text;
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text });
}
