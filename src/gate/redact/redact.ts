import { assignedSecrets, type FoundValue } from "./assigned-secrets.ts";
import { beforeMarker, keyLines } from "./key-lines.ts";
import { PATTERNS, type RedactPattern } from "./patterns.ts";

/** A text without its secret-looking values, and how many were replaced. */
export type Redacted = { readonly text: string; readonly count: number };

/**
 * Returns the text with each secret-looking value replaced by `[redacted: <kind>]`. Names stay, and
 * so does the number of lines. A line is judged by itself, but for the lines of private keys, so it
 * comes out the same in a file, in a patch and in a quote; what was replaced before is left as it is.
 * The cost grows with the length of the text, whatever it holds.
 */
export function redacted(text: string): Redacted {
  const steps = [replaceKeys, ...PATTERNS.map((pattern) => replacing(pattern)), replaceAssigned];
  return steps.reduce<Redacted>(
    (before, step) => {
      const after = step(before.text);
      return { text: after.text, count: before.count + after.count };
    },
    { text, count: 0 },
  );
}

function replaceKeys(text: string): Redacted {
  if (!text.includes("PRIVATE KEY")) return { text, count: 0 };
  const lines = text.split("\n");
  const { lines: places, keys } = keyLines(lines);
  const rest = lines.map((line, index) => {
    const place = places.get(index);
    return place === undefined ? line : replaced(line, [{ ...place, kind: "private key" }]);
  });
  return { text: rest.join("\n"), count: keys };
}

function replacing({ kind, expression, accept }: RedactPattern): (text: string) => Redacted {
  return (text) => {
    let count = 0;
    const rest = text.replace(expression, (whole: string, kept: string, found: string) => {
      const value = beforeMarker(found);
      if (value === "" || accept?.(value) === false) return whole;
      count += 1;
      return kept + mark(kind) + found.slice(value.length);
    });
    return { text: rest, count };
  };
}

/** Most lines hold no such name, and need no closer look. */
const NAMED = /pass|pwd|secret|token|key|credential/i;

function replaceAssigned(text: string): Redacted {
  let count = 0;
  const lines = text.split("\n").map((line) => {
    if (!NAMED.test(line)) return line;
    const found = assignedSecrets(line);
    count += found.length;
    return replaced(line, found);
  });
  return { text: lines.join("\n"), count };
}

function replaced(line: string, found: readonly FoundValue[]): string {
  let result = "";
  let next = 0;
  for (const { from, to, kind } of found) {
    result += line.slice(next, from) + mark(kind);
    next = to;
  }
  return result + line.slice(next);
}

function mark(kind: string): string {
  return `[redacted: ${kind}]`;
}
