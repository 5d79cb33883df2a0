import { oneLine } from "#base/text.ts";
import type { CommitRange } from "#git/notes/commit-range.ts";
import type { CommitQuestion } from "./commit-options.ts";
import type { NotesAnswer } from "./trusted-notes.ts";

/** Returns why nothing can be compared, and what to do. */
export function whyNoRange(
  range: Exclude<CommitRange, { readonly kind: "range" }>,
  { tip, base }: CommitQuestion,
): string {
  switch (range.kind) {
    case "no-commit": {
      const why = `"${oneLine(range.name)}" names no commit here`;
      const next = range.shallow
        ? "this clone lacks older history: `git fetch --unshallow origin` (in a pipeline, check out with fetch-depth: 0)"
        : "`git fetch origin` brings what the remote has";
      return `${why}; ${next}`;
    }
    case "unrelated": {
      const why = `${oneLine(tip)} and ${oneLine(base)} have no common history here`;
      const next = range.shallow
        ? "; this clone lacks older history: `git fetch --unshallow origin` (in a pipeline, check out with fetch-depth: 0)"
        : ", so there is nothing to count from; name the commit that the work began at";
      return `${why}${next}`;
    }
    case "contained":
      return `${oneLine(base)} holds ${oneLine(tip)} already, so there is nothing to compare; name what it was based on, such as --base ${oneLine(tip)}^`;
  }
}

/** Returns why there are no notes to check with, and what to do. */
export function whyNoNotes({ places }: NotesAnswer): string {
  return places === 0
    ? "no notes are on this machine; `countersign notes fetch` brings those of the remote, and `countersign notes push` makes them of what was signed here"
    : "the notes on this machine are empty; nobody has run `countersign notes push` yet, or `countersign notes fetch` was not run since";
}
