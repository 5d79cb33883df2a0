import { withoutMark } from "#base/found-file.ts";
import { oneLine } from "#base/text.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import { givenFile, givenText, type Refuse } from "#commands/run/given-text.ts";

/** In bytes. A contract that comes near it holds data, which belongs into an input. */
const LARGEST = 1024 * 1024;
const INSTEAD = "put what is large into an input";

/**
 * Returns the text that an option names: of a file, or of standard input for `-`.
 *
 * @throws UsageFault for whatever cannot be read as a text of at most 1 MiB in UTF-8.
 */
export async function contractText(call: Call, option: string, name: string): Promise<string> {
  const place = name === "-" ? "standard input" : oneLine(name);
  const refuse: Refuse = (text) => usageFault(`--${option}: ${place} ${text}`);
  const limits = { longest: LARGEST, instead: INSTEAD, refuse };
  const bytes = name === "-" ? await fromStdin(call, refuse) : givenFile(call.cwd, name, limits);
  const text = givenText(bytes, refuse);
  if (name === "-" && text.trim() === "") throw refuse("is empty");
  return withoutMark(text);
}

/** Returns a failure of what was typed or of what it names. */
export function usageFault(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text });
}

async function fromStdin(call: Call, refuse: Refuse): Promise<Uint8Array> {
  if (call.stdinIsTerminal) throw refuse("is a terminal; pipe the text into it");
  const bytes = await call.readStdin(LARGEST);
  if (bytes === undefined) throw refuse(`holds more than ${LARGEST} bytes; ${INSTEAD}`);
  return bytes;
}
