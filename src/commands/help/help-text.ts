import type { Command } from "#commands/command.ts";
import type { CommandEntry } from "#commands/command-table.ts";
import type { Topic } from "./topics.ts";

/** What most terminals show of a line at least. */
const WIDTH = 80;
const NAME = "A second signature for Claude Code.";
const END = "\nEach command explains itself with --help; --version says which version this is.\n";

/** Returns the help text of one command, made from its own description. */
export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) => {
    const short = option.short === undefined ? "" : `-${option.short}, `;
    const value = option.value === undefined ? "" : ` ${option.value}`;
    return [`${short}--${name}${value}`, option.help] as const;
  });
  const usage = `Usage: countersign ${command.name} ${command.usage}`.trimEnd().split(/ (?=\[)/);
  const listed = rows([...options, ["-h, --help", "print this text"]]);
  return `${wrapped(command.summary.split(" "), WIDTH).join("\n")}\n\n${wrapped(usage, WIDTH - 2).join("\n  ")}\n\n${listed}`;
}

/** Returns the list of these commands; with topics it is that of all, under headings. */
export async function overview(commands: readonly CommandEntry[], topics: readonly Topic[]): Promise<string> {
  const described = await Promise.all(
    commands.map(async ({ name, heading, load }) => ({ name, heading, summary: (await load()).summary })),
  );
  const all = [...described, ...topics.map(topicRow)];
  const width = widest(all.map(({ name }) => name));
  const listed = all.map(({ name, heading, summary }) => {
    const above = heading === undefined || topics.length === 0 ? "" : `\n${heading}\n`;
    return `${above}${row([name, summary], width)}`;
  });
  const begin = topics.length === 0 ? "\n" : "";
  return `${NAME}\n\nUsage: countersign <command> [options]\n${begin}${listed.join("")}${END}`;
}

function topicRow({ name, summary }: Topic, index: number) {
  return { name: `help ${name}`, heading: index === 0 ? "Pages" : undefined, summary };
}

function rows(all: readonly (readonly [string, string])[]): string {
  const width = widest(all.map(([left]) => left));
  return all.map((one) => row(one, width)).join("");
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(({ length }) => length));
}

function row([left, right]: readonly [string, string], width: number): string {
  const indent = " ".repeat(width + 4);
  const lines = wrapped(right.split(" "), WIDTH - indent.length);
  return `  ${left.padEnd(width)}  ${lines.join(`\n${indent}`)}\n`;
}

/** Breaks between the words only. One that does not fit stands alone. */
function wrapped(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
