import { applyReplacement } from "#claude/transcript/apply-replacement.ts";
import type { FileEdit } from "#claude/transcript/tool-records.ts";
import { lineEndsOf, mergeTexts, withLineEnds } from "./merge-texts.ts";

/** What a tool is known to have made of one file. */
export type KnownEdit = Extract<FileEdit, { readonly kind: "whole" | "replace" }>;

/**
 * Returns the text with the edit made in it, or `undefined` where it cannot be told what the edit
 * would have made of it. `null` stands for a file that is not there. The host gives its texts with
 * line feeds alone, also where the file has others: the result has those of the file or, where
 * there is none yet, those of `model`.
 */
export function applyEdit(text: string | null, edit: KnownEdit, model: string | null): string | undefined {
  const ends = lineEndsOf(text ?? model ?? "");
  if (ends !== "crlf") return applyPlain(text, edit);
  const result = applyPlain(text && withLineEnds(text, "lf"), inPlain(edit));
  return result === undefined ? undefined : withLineEnds(result, ends);
}

function applyPlain(text: string | null, edit: KnownEdit): string | undefined {
  switch (edit.kind) {
    case "whole":
      // The host says the same of an empty file and of none.
      if (edit.before !== null) return text === null ? undefined : mergeTexts(edit.before, text, edit.after);
      return text === null || text === "" || text === edit.after ? edit.after : undefined;
    case "replace":
      return text === null ? undefined : applyReplacement(text, edit);
  }
}

function inPlain(edit: KnownEdit): KnownEdit {
  const plain = (text: string) => withLineEnds(text, "lf");
  switch (edit.kind) {
    case "whole":
      return { ...edit, before: edit.before === null ? null : plain(edit.before), after: plain(edit.after) };
    case "replace":
      return { ...edit, old: plain(edit.old), new: plain(edit.new) };
  }
}
