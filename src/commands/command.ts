import type { Environment } from "#base/environment.ts";
import { Fault } from "#base/fault.ts";

/** Where a command writes. On a terminal tables are drawn, elsewhere they are lines of tab-separated cells. */
export type Output = {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** How many cells a row of the terminal has at the moment, where it tells. */
  readonly columns?: () => number | undefined;
};

/** What the system tells of how this process came to be. */
export type Descent = {
  /** The processes that it descends from, the nearest first. */
  readonly ancestors: readonly number[];
  /** One of them was started as Claude Code starts its agent's shell. */
  readonly fromAgentShell: boolean;
  /** It has a terminal, whatever its input and output are. */
  readonly terminal: boolean;
};

/** Everything of the outside that a command may look at, read once by the entry point. */
export type Surroundings = {
  readonly environment: Environment;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
  readonly now: Date;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether standard input is a terminal. */
  readonly stdinIsTerminal: boolean;
  /** Returns standard input up to its end and to so many bytes; `undefined` where there is more. */
  readonly readStdin: (longest: number) => Promise<Uint8Array | undefined>;
  /** Asked only by what has to tell a person from an agent. */
  readonly descent: () => Descent;
  /** Fires when the user or the system wants the process to end. */
  readonly signal: AbortSignal;
};

/** One call of a command: its surroundings and what was typed. */
export type Call = Surroundings & {
  readonly words: readonly string[];
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
  /** The values of options that may be given several times, in their order. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
};

/** `type` and `short` as `parseArgs` of `node:util` takes them. */
export type OptionDescription = {
  readonly type: "boolean" | "string";
  readonly short?: string;
  readonly help: string;
  /** What stands for the value in the help text; only for options that take one. */
  readonly value?: string;
  /** It may be given several times; only for options that take a value. */
  readonly multiple?: boolean;
};

/** One thing that a person can trigger. The help text is made from it. */
export type Command = {
  readonly name: string;
  readonly summary: string;
  /** The words after the command's name. */
  readonly usage: string;
  readonly options: Readonly<Record<string, OptionDescription>>;
  /** How many words may follow; none unless said. */
  readonly positionals?: number;
  /** Returns the exit code. */
  readonly run: (call: Call) => Promise<number>;
};

/** `text` says what is wrong and what to do next, on one line. */
export type UsageFailure = {
  readonly kind: "usage";
  readonly text: string;
  /** What could have been meant: a line for each below the text. */
  readonly choices?: readonly string[];
};

/** Thrown by a command for words that it cannot use. Printed as one line; exit code 2. */
export class UsageFault extends Fault<UsageFailure> {
  override readonly name = "UsageFault";
}

export const JSON_OPTION: OptionDescription = {
  type: "boolean",
  help: "print one JSON object with a versioned schema",
};

/** Prints a value as JSON, for programs. `name` gives the schema's name. */
export function printJson(call: Call, name: string, value: Readonly<Record<string, unknown>>): void {
  const text = JSON.stringify({ schema: `countersign/${name}/1`, ...value }, null, 2);
  call.stdout.write(`${text.replace(UNSAFE, escaped)}\n`);
}

/** What JSON leaves as it is, and a terminal would obey or show in another order. */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
