import { type ParseError, parse, printParseErrorCode, visit } from "jsonc-parser";
import { usageFault } from "./contract-text.ts";

/** Deeper than any schema, and less than any parser's own limit. */
const DEEPEST = 200;

/**
 * Decodes JSON that a person wrote. `where` names the file in messages.
 *
 * @throws UsageFault with line and column where it is not JSON, where an object has a key twice (of
 * which every reader takes another one), and where it is nested deeper than anything that is meant.
 */
export function contractJson(where: string, text: string): unknown {
  const deep = tooDeep(text);
  if (deep !== undefined) {
    throw usageFault(`${where} is nested deeper than ${DEEPEST} levels at ${positionOf(text, deep)}`);
  }
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [error] = errors;
  if (error !== undefined) {
    const words = printParseErrorCode(error.error).replace(
      /([a-z])([A-Z])/g,
      (_, a, b) => `${a} ${b.toLowerCase()}`,
    );
    throw usageFault(`${where} is not JSON: ${words.toLowerCase()} at ${positionOf(text, error.offset)}`);
  }
  const twice = keyTwice(text);
  if (twice !== undefined) {
    throw usageFault(
      `${where} has the key "${twice.key}" a second time at ${positionOf(text, twice.offset)}`,
    );
  }
  return value;
}

function positionOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** Returns where the text is nested too deeply for a parser that calls itself. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (const match of text.matchAll(/"(?:\\.|[^"\\])*"|[[\]{}]/gs)) {
    if (match[0] === "[" || match[0] === "{") depth += 1;
    if (match[0] === "]" || match[0] === "}") depth -= 1;
    if (depth > DEEPEST) return match.index;
  }
  return undefined;
}

function keyTwice(text: string): { readonly key: string; readonly offset: number } | undefined {
  const open: Set<string>[] = [];
  let found: { readonly key: string; readonly offset: number } | undefined;
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (key, offset) => {
      const keys = open.at(-1);
      if (keys?.has(key) === true) found ??= { key, offset };
      keys?.add(key);
    },
  });
  return found;
}
