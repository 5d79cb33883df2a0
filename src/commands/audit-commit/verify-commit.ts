import type { PathChange } from "#audit/signed-paths/file-state.ts";
import { exitCodeOfPaths, judgePaths } from "#audit/signed-paths/judge-paths.ts";
import type { TrustedNote } from "#audit/signed-paths/signed-step.ts";
import { oneLine } from "#base/text.ts";
import { type Call, printJson } from "#commands/command.ts";
import { type NotesPlace, notesPlace } from "#commands/notes/notes-place.ts";
import { commitRange, rootCommits } from "#git/notes/commit-range.ts";
import { commitChanges, comparedLines, type Range, statesAt } from "./commit-changes.ts";
import { type CommitQuestion, commitQuestion } from "./commit-options.ts";
import { commitJson, commitText } from "./commit-text.ts";
import { type NotesAnswer, trustedNotes } from "./trusted-notes.ts";
import type { VerifiedCommit } from "./verified-commit.ts";
import { whyNoNotes, whyNoRange } from "./why-not-checked.ts";

/**
 * Answers, path by path, whether what changed between a base and a commit was signed, from the notes on
 * this machine and without a network. Returns 0 where all is signed, 1 where something is not, 2 where it
 * could not be checked.
 *
 * @throws UsageFault for words that cannot be used, or GitFault.
 */
export async function verifyCommit(call: Call): Promise<number> {
  const { signal } = call;
  const place = await notesPlace(call, signal);
  const question = await commitQuestion(call, place.tree.repository, signal);
  const range = await commitRange(place.tree.repository, question, signal);
  if (range.kind !== "range") return couldNot(call, whyNoRange(range, question));
  const changes = await commitChanges(place.tree, range, signal);
  const answer = await notesAnswer(place, { changes, range, question }, signal);
  if (answer.notes === 0 && changes.length > 0) return couldNot(call, whyNoNotes(answer));
  const found = await judged(place, { question, range, answer, changes }, signal);
  if (call.flags.has("json")) printJson(call, "audit-commit", commitJson(found));
  else commitText(call, found);
  return exitCodeOfPaths(found.verdicts);
}

function couldNot(call: Call, why: string): number {
  if (call.flags.has("json"))
    printJson(call, "audit-commit", { verdict: "could-not-check", why, exitCode: 2 });
  call.stderr.write(`countersign: ${oneLine(why)}\n`);
  return 2;
}

type Asked = {
  readonly changes: readonly PathChange[];
  readonly range: Range;
  readonly question: CommitQuestion;
};

/** In a shallow clone the first commits are not known: what looks like one is where the history was cut. */
async function notesAnswer(
  place: NotesPlace,
  { changes, range, question }: Asked,
  signal: AbortSignal,
): Promise<NotesAnswer> {
  const roots = range.shallow ? [] : await rootCommits(place.tree.repository, signal);
  const paths = new Set(changes.map(({ path }) => path));
  return await trustedNotes(place, { paths, roots, signers: question.signers }, signal);
}

/** Lines are compared only of what its contents do not prove. */
async function judged(
  { tree }: NotesPlace,
  { question, range, answer, changes }: Asked & { readonly answer: NotesAnswer },
  signal: AbortSignal,
): Promise<VerifiedCommit> {
  const { trusted: notes, refused } = answer;
  const base = await statesAt(tree, range, sourcesIn(notes), signal);
  const { strict, ignores } = question;
  const common = { changes, base, notes, refused, strict, ignores };
  const exact = judgePaths({ ...common, pairs: [] });
  const open = exact.flatMap(({ kind, change }) => (kind === "not-signed" ? [change] : []));
  const lines = await comparedLines(tree, range, open, signal);
  const verdicts = lines.pairs.length === 0 ? exact : judgePaths({ ...common, pairs: lines.pairs });
  return { question, range, verdicts, answer, lines };
}

/** Where signed renames come from. */
function sourcesIn(notes: readonly TrustedNote[]): ReadonlySet<string> {
  return new Set(notes.flatMap(({ note }) => note.entries.flatMap(({ from }) => from ?? [])));
}
