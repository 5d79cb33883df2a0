import * as z from "zod/mini";
import { JsonFault, parseJson } from "#base/json.ts";

/** A command as 0.140 has it on record: the call of a tool. */
export type CalledCommand = { readonly words: readonly string[]; readonly script: boolean };

/** What the answer of such a tool says of the command: it ended, or runs on under a number. */
export type CommandState =
  | { readonly kind: "ended"; readonly exitCode: number }
  | { readonly kind: "running"; readonly session: string }
  | { readonly kind: "unknown" };

const Script = z.looseObject({ cmd: z.string() });
const Words = z.looseObject({ command: z.union([z.string(), z.array(z.string())]) });
const Session = z.looseObject({ session_id: z.union([z.string(), z.number()]) });
const Metadata = z.looseObject({ metadata: z.looseObject({ exit_code: z.number() }) });

/** Returns the command that the call of a tool runs, or `undefined` for a tool that runs none. */
export function calledCommand(name: string, args: string): CalledCommand | undefined {
  if (name === "exec_command") {
    const script = read(args, Script)?.cmd;
    return script === undefined ? undefined : { words: [script], script: true };
  }
  if (name !== "shell" && name !== "shell_command") return undefined;
  const command = read(args, Words)?.command;
  if (command === undefined) return undefined;
  return typeof command === "string" ? { words: [command], script: true } : { words: command, script: false };
}

/** Returns the number of the running command that a call writes to. */
export function continuedSession(name: string, args: string): string | undefined {
  return name === "write_stdin" ? read(args, Session)?.session_id.toString() : undefined;
}

/** Returns what the output of a tool says of its command, by what stands above what the command printed. */
export function commandState(output: unknown): CommandState {
  if (typeof output !== "string") return { kind: "unknown" };
  const told = read(output, Metadata)?.metadata.exit_code;
  if (told !== undefined) return { kind: "ended", exitCode: told };
  const [head = ""] = output.split(/^Output:$/m, 1);
  const exit = /^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(head)?.[1];
  if (exit !== undefined) return { kind: "ended", exitCode: Number(exit) };
  const session = /^Process running with session ID (\S+)$/m.exec(head)?.[1];
  return session === undefined ? { kind: "unknown" } : { kind: "running", session };
}

function read<S extends z.ZodMiniType>(text: string, schema: S): z.output<S> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return parseJson(text, schema);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
