import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readIfPresent } from "#base/files.ts";

/** A folder for the front of PATH, in which each program does nothing but leave a mark. */
export type MarkingPrograms = {
  readonly folder: string;
  /** Each start so far: the program's name and its arguments. */
  marks(): readonly string[];
};

/** Makes these programs, as real ones that the system starts, in a folder below `parent`. */
export function makeMarkingPrograms(parent: string, names: readonly string[]): MarkingPrograms {
  const folder = join(parent, "marking");
  const record = join(parent, "marks.txt");
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const script = `#!/bin/sh\nprintf '%s\\n' "${name} $*" >> '${record}'\nexit 1\n`;
    writeFileSync(join(folder, name), script, { mode: 0o755 });
  }
  return {
    folder,
    marks: () => (readIfPresent(record) ?? "").split("\n").filter((line) => line !== ""),
  };
}
