import { diffIndices } from "node-diff3";
import type { FileChange } from "#git/change/change.ts";
import { fileChange } from "./review-values.ts";

const AROUND = 3;

type Step = { readonly mark: " " | "-" | "+"; readonly line: string };

/** Returns what git would say of a file that was `before` and is `after`; `null` stands for no file. */
export function diffedFile(path: string, before: string | null, after: string | null): FileChange {
  const kind = before === null ? "added" : after === null ? "deleted" : "modified";
  const header = [
    `diff --git a/${path} b/${path}`,
    ...(kind === "added" ? ["new file mode 100644"] : kind === "deleted" ? ["deleted file mode 100644"] : []),
    `--- ${before === null ? "/dev/null" : `a/${path}`}`,
    `+++ ${after === null ? "/dev/null" : `b/${path}`}`,
  ];
  return fileChange({
    kind,
    path,
    oldMode: before === null ? "000000" : "100644",
    newMode: after === null ? "000000" : "100644",
    ...(before === null ? { oldBlob: undefined } : {}),
    ...(after === null ? { newBlob: undefined } : {}),
    patch: `${header.join("\n")}\n${hunks(steps(linesOf(before ?? ""), linesOf(after ?? "")))}`,
  });
}

/** Lines with their line breaks. */
export function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function steps(before: readonly string[], after: readonly string[]): readonly Step[] {
  const result: Step[] = [];
  let next = 0;
  const keep = (to: number) => {
    for (const line of before.slice(next, to)) result.push({ mark: " ", line });
    next = to;
  };
  for (const { buffer1, buffer1Content, buffer2Content } of diffIndices([...before], [...after])) {
    keep(buffer1[0]);
    for (const line of buffer1Content) result.push({ mark: "-", line });
    for (const line of buffer2Content) result.push({ mark: "+", line });
    next += buffer1[1];
  }
  keep(before.length);
  return result;
}

function hunks(all: readonly Step[]): string {
  const near = all.map((_step, index) =>
    all.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ mark }) => mark !== " "),
  );
  let text = "";
  for (let start = near.indexOf(true); start >= 0; ) {
    const gap = near.indexOf(false, start);
    const end = gap < 0 ? all.length : gap;
    text += hunk(all.slice(0, start), all.slice(start, end));
    start = near.indexOf(true, end);
  }
  return text;
}

function hunk(before: readonly Step[], steps: readonly Step[]): string {
  const side = (other: "+" | "-") => {
    const lines = steps.filter(({ mark }) => mark !== other).length;
    const start = before.filter(({ mark }) => mark !== other).length + (lines === 0 ? 0 : 1);
    return lines === 1 ? `${start}` : `${start},${lines}`;
  };
  const body = steps.map(({ mark, line }) =>
    line.endsWith("\n") ? `${mark}${line}` : `${mark}${line}\n\\ No newline at end of file\n`,
  );
  return `@@ -${side("+")} +${side("-")} @@\n${body.join("")}`;
}
