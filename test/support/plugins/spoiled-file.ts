import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What may stand where a JSON file should be, by what a reader that must not throw says of it. */
export const SPOILED = {
  missing: "absent",
  "a dangling link": "absent",
  empty: "unreadable",
  "cut off": "unreadable",
  "not JSON": "unreadable",
  "NUL bytes": "unreadable",
  "a text": "unreadable",
  "a list": "unreadable",
  null: "unreadable",
  "nested without end": "unreadable",
  "a folder": "unreadable",
  "a pipe": "unreadable",
  "a device without an end": "unreadable",
  "a link to itself": "unreadable",
  "a hundred megabytes": "unreadable",
} as const;

export type Spoiling = keyof typeof SPOILED;

/** Every way to spoil a file. */
export function spoilings(): readonly Spoiling[] {
  return Object.keys(SPOILED).filter((how): how is Spoiling => how in SPOILED);
}

const CONTENT = new Map<Spoiling, string>([
  ["empty", ""],
  ["cut off", '{"version":2,"plugins":{"alpha@mkt":[{"sco'],
  ["not JSON", "{ // no\n}"],
  ["NUL bytes", "\0\0\0\0"],
  ["a text", '"text"'],
  ["a list", "[[]]"],
  ["null", "null"],
  ["nested without end", "[".repeat(200_000)],
]);

/** Puts that in the place of a file. */
export function spoil(path: string, how: Spoiling): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  const content = CONTENT.get(how);
  if (content !== undefined) writeFileSync(path, content);
  if (how === "a folder") mkdirSync(path);
  if (how === "a pipe") execFileSync("mkfifo", [path]);
  if (how === "a dangling link") symlinkSync(`${path}.gone`, path);
  if (how === "a device without an end") symlinkSync("/dev/zero", path);
  if (how === "a link to itself") symlinkSync(path, path);
  if (how !== "a hundred megabytes") return;
  writeFileSync(path, "{");
  truncateSync(path, 100 * 1024 * 1024);
}
