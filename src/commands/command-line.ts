import { parseArgs } from "node:util";
import { errorCode, errorText } from "#base/fault.ts";
import { nearest } from "#base/nearest.ts";
import { closeToOthers } from "#base/own-folder.ts";
import { oneLine } from "#base/text.ts";
import { commandHelp, overview } from "#commands/help/help-text.ts";
import { TOPICS, type Topic } from "#commands/help/topics.ts";
import { locationsOf } from "#runs/locations.ts";
import { type Call, type Command, type Surroundings, UsageFault } from "./command.ts";
import type { CommandEntry } from "./command-table.ts";
import { packageVersion } from "./installation.ts";

/** Exit code for words that cannot be used, and for what could not be done or checked. */
const COULD_NOT = 2;

/**
 * Runs the command that the words name and returns its exit code. Words that cannot be used are
 * answered with one line that names the nearest known ones; every other error with one line too.
 */
export async function runCommandLine(
  commands: readonly CommandEntry[],
  typed: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const words = asked(typed);
  try {
    if (words[0] === "--version") {
      surroundings.stdout.write(`${packageVersion()}\n`);
      return 0;
    }
    const topic = topicOf(typed);
    if (topic !== undefined) {
      surroundings.stdout.write(await topic.load());
      return 0;
    }
    const entry = findEntry(commands, words);
    if (entry === undefined) return await answerWithout(commands, words, surroundings);
    const command = await entry.load();
    const rest = words.slice(entry.name.split(" ").length);
    if (rest.includes("--help") || rest.includes("-h")) {
      surroundings.stdout.write(commandHelp(command));
      return 0;
    }
    refuseForeignRoot(surroundings);
    return await command.run({ ...surroundings, words, ...parse(command, rest) });
  } catch (error) {
    surroundings.stderr.write(
      `countersign: ${(await troubleLines(error, typed, surroundings.signal)).map(oneLine).join("\n  ")}\n`,
    );
    return COULD_NOT;
  }
}

/** The other spellings that a person tries: `help status`, `-V`. */
function asked(typed: readonly string[]): readonly string[] {
  if (typed[0] === "help" && typed.length > 1) return [...typed.slice(1), "--help"];
  return typed[0] === "-V" ? ["--version"] : typed;
}

/** A topic is no command: only `help` leads to it. */
function topicOf(typed: readonly string[]): Topic | undefined {
  return typed[0] === "help" ? TOPICS.find(({ name }) => name === typed.slice(1).join(" ")) : undefined;
}

/** What somebody else can write is neither read nor added to. */
function refuseForeignRoot({ environment, home, platform }: Surroundings): void {
  const fault = closeToOthers(locationsOf(environment, home, platform).root);
  if (fault === undefined) return;
  const text = `${fault}, so that nothing is read from or written to it; remove it, or set COUNTERSIGN_HOME to a folder of your own`;
  throw new UsageFault({ kind: "usage", text });
}

/** What explains failures is loaded only for one: a command that works does not wait for it. */
async function troubleLines(
  error: unknown,
  typed: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (error instanceof UsageFault) return [error.failure.text, ...(error.failure.choices ?? [])];
  // Whatever was thrown for it, a git that was ended with us among it.
  if (signal.aborted) return [`${errorText(signal.reason)} before it was done`];
  const { explain } = await import("./explain.ts");
  return [explain(error, typed[0] === "review" ? "review" : "command")];
}

/** A command's name is one word or two; the longer one is tried first. */
function findEntry(commands: readonly CommandEntry[], words: readonly string[]): CommandEntry | undefined {
  const two = commands.find(({ name }) => name === words.slice(0, 2).join(" "));
  return two ?? commands.find(({ name }) => name === words[0]);
}

async function answerWithout(
  all: readonly CommandEntry[],
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const commands = all.filter(({ hidden }) => hidden !== true);
  const first = words[0];
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  const [word, listed] = group.length > 0 ? [words[1], group] : [first, commands];
  if (word !== undefined && !["--help", "-h", "help"].includes(word)) throw unknownCommand(listed, words);
  const summary = await overview(listed, group.length > 0 ? [] : TOPICS);
  (word === undefined ? surroundings.stderr : surroundings.stdout).write(summary);
  return word === undefined ? COULD_NOT : 0;
}

function unknownCommand(commands: readonly CommandEntry[], words: readonly string[]): UsageFault {
  const names = commands.map(({ name }) => name);
  const typed = names.some((name) => name.startsWith(`${words[0]} `))
    ? words.slice(0, 2).join(" ")
    : words[0];
  // `help` before words that name nothing was taken for a question about a command.
  const topics = words.at(-1) === "--help" && words.length === 2 ? TOPICS.map(({ name }) => name) : [];
  const close = nearest(typed ?? "", [...names, ...topics, "help"]);
  const meant = topics.includes(close ?? "") ? `help ${close}` : close;
  const advice = close === undefined ? "see `countersign --help`" : `did you mean \`countersign ${meant}\`?`;
  const sought = topics.length === 0 ? "no command" : "no command and no topic";
  return new UsageFault({ kind: "usage", text: `there is ${sought} "${typed}"; ${advice}` });
}

type Typed = Pick<Call, "positionals" | "flags" | "texts" | "lists">;

function parse(command: Command, args: readonly string[]): Typed {
  const { values, positionals } = parsed(command, args);
  const surplus = positionals[command.positionals ?? 0];
  if (surplus !== undefined) throw usage(command, `"${surplus}" is one word too many`);
  const flags = new Set<string>();
  const texts = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(values)) {
    if (value === true) flags.add(name);
    if (typeof value === "string") texts.set(name, value);
    if (Array.isArray(value)) lists.set(name, value.map(String));
  }
  return { positionals, flags, texts, lists };
}

function parsed(command: Command, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, short, multiple = false }]) => [
      name,
      short === undefined ? { type, multiple } : { type, multiple, short },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw usage(command, refusal(command, args, error));
  }
}

/** Node's own words name the option, but not the one that was meant. */
function refusal(command: Command, args: readonly string[], error: unknown): string {
  if (errorCode(error) !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") return errorText(error);
  const names = Object.keys(command.options);
  const typed = args
    .filter((word) => word.startsWith("-"))
    .map((word) => word.replace(/=.*$/, ""))
    .find((word) => !names.includes(word.replace(/^--/, "")));
  const close = nearest((typed ?? "").replace(/^-+/, ""), names);
  return `there is no option ${typed}${close === undefined ? "" : `; did you mean --${close}?`}`;
}

function usage(command: Command, text: string): UsageFault {
  return new UsageFault({
    kind: "usage",
    text: `${command.name}: ${text} (see \`countersign ${command.name} --help\`)`,
  });
}
