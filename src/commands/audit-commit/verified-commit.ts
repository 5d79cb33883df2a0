import type { PathVerdict } from "#audit/signed-paths/judge-paths.ts";
import type { ComparedLines, Range } from "./commit-changes.ts";
import type { CommitQuestion } from "./commit-options.ts";
import type { NotesAnswer } from "./trusted-notes.ts";

/** Everything that was found out about a commit. */
export type VerifiedCommit = {
  readonly question: CommitQuestion;
  readonly range: Range;
  readonly verdicts: readonly PathVerdict[];
  readonly answer: NotesAnswer;
  readonly lines: ComparedLines;
};
