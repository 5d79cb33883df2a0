import { expect, test } from "vitest";
import { folded } from "#commands/folded.ts";

const TEXT = `warning  changes   the configuration was changed while a session ran
                   next: run setup again, in a terminal of your own
short
Nothing has a label in this line, which is long all the same
2. [high] src/a.ts:1 A title that takes more than one line
last  /a/path/that/is/far/too/long/for/any/line/and/stays/whole
`;

function onTerminal(columns: number): string {
  return folded({ write: () => undefined, isTerminal: true, columns: () => columns }, TEXT);
}

test("a long line goes on right of its label, broken between words", () => {
  expect(onTerminal(44)).toBe(`warning  changes   the configuration was
                   changed while a session
                   ran
                   next: run setup again, in
                   a terminal of your own
short
Nothing has a label in this line, which is
long all the same
2. [high] src/a.ts:1 A title that takes more
   than one line
last  /a/path/that/is/far/too/long/for/any/line/and/stays/whole
`);
});

test("a coloured label takes the room that is seen of it", () => {
  const output = { write: () => undefined, isTerminal: true, columns: () => 30 };
  const line = "\u001b[33mwarning\u001b[39m  the configuration was changed";
  expect(folded(output, line)).toBe("\u001b[33mwarning\u001b[39m  the configuration was\n         changed");
});

test("labels that take most of a narrow terminal are not stood clear of", () => {
  expect(onTerminal(32)).toMatch(/^warning {2}changes {3}the\n {2}configuration was changed\n/);
});

test("in a pipe, and where the terminal does not tell its width, lines stay whole", () => {
  const write = () => undefined;
  expect(folded({ write, isTerminal: false, columns: () => 40 }, TEXT)).toBe(TEXT);
  expect(folded({ write, isTerminal: true, columns: () => undefined }, TEXT)).toBe(TEXT);
});
