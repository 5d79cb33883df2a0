import { styleText } from "node:util";
import { plainText } from "#base/text.ts";
import type { Call } from "#commands/command.ts";

/** Tells what happens as it happens. Foreign text is made safe for a terminal. */
export type Narrator = {
  title(text: string): void;
  step(text: string): void;
  detail(text: string): void;
};

/** Returns a narrator on standard output; colours only on a terminal, and never against NO_COLOR. */
export function narratorOf({ stdout, environment }: Pick<Call, "stdout" | "environment">): Narrator {
  const coloured = stdout.isTerminal && !environment["NO_COLOR"];
  const style = (format: "bold" | "dim", text: string): string =>
    coloured ? styleText(format, text, { validateStream: false }) : text;
  let steps = 0;
  return {
    title: (text) => stdout.write(`${style("bold", plainText(text))}\n`),
    step(text) {
      steps += 1;
      stdout.write(`\n${style("bold", `${String(steps).padStart(2)}. ${plainText(text)}`)}\n`);
    },
    detail(text) {
      const lines = plainText(text).trimEnd().split("\n");
      stdout.write(lines.map((line) => `    ${style("dim", "|")} ${line}\n`).join(""));
    },
  };
}
