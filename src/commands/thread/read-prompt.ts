import { oneLine } from "#base/text.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import { givenFile, givenText, type Refuse } from "#commands/run/given-text.ts";

/** Codex takes 1,048,576 characters in one input (0.140, 0.169). */
const LONGEST = 1_048_576;
const LONGEST_BYTES = 4 * LONGEST;
const INSTEAD = "let it read a file instead";

/**
 * Returns the prompt that a call gives: the words themselves, `-` for standard input, or a file. It is kept
 * and sent as it is.
 *
 * @throws UsageFault where there is none or more than one, it is empty, too long, or cannot be read.
 */
export async function readPrompt(call: Call, command: string, words: string | undefined): Promise<string> {
  const file = call.texts.get("file");
  if (words !== undefined && file !== undefined) {
    throw usage(`${command}: give the prompt as words or with --file, not both`);
  }
  const text = file === undefined ? await typed(call, command, words) : fromFile(call, command, file);
  if (text.trim() === "") throw usage(`${command}: the prompt is empty`);
  if (text.length > LONGEST) {
    throw usage(
      `${command}: the prompt has ${text.length} characters, and Codex takes ${LONGEST}; ${INSTEAD}`,
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
  const refuse: Refuse = (text) => usage(`${command}: standard input ${text}`);
  const bytes = await call.readStdin(LONGEST_BYTES);
  if (bytes === undefined) throw refuse(`holds more than Codex takes; ${INSTEAD}`);
  return givenText(bytes, refuse);
}

function fromFile(call: Call, command: string, file: string): string {
  const refuse: Refuse = (text) => usage(`${command}: ${oneLine(file)} ${text}`);
  return givenText(givenFile(call.cwd, file, { longest: LONGEST_BYTES, instead: INSTEAD, refuse }), refuse);
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text });
}
