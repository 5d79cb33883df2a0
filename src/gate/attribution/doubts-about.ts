import type { ToolRecord } from "#claude/transcript/tool-records.ts";
import { applyEdit } from "./apply-edit.ts";
import type { Evidence } from "./change-evidence.ts";
import type { FileState } from "./file-state.ts";
import type { StateAt } from "./foreign-steps.ts";
import { overlaps, type StretchFiles } from "./stretches.ts";
import type { Sides, Work } from "./take-sides.ts";

/**
 * Returns why a file that changed may not be this session's work, or not all of it: what sessions
 * did to it whose work is counted in and, for each stretch in which it changed, or another edited
 * it, who else may have written it then. Empty where the known edits make exactly the change, or
 * nobody else was there.
 */
export function doubtsAbout(
  path: string,
  { sides, stretches }: Pick<Evidence, "sides" | "stretches">,
  stateAt: StateAt,
): readonly string[] {
  const doubts = stretches.flatMap((stretch, index) => {
    const file = { ...stretch, path };
    if (stretch.foreign) return [];
    const change = stretch.files.get(path);
    if (change !== undefined) return doubtsIn({ ...file, ...change }, sides);
    const state = editorsOf(file, sides).length > 0 ? stateAt(index, path) : undefined;
    return state === undefined ? [] : doubtsIn({ ...file, before: state, after: state }, sides);
  });
  return [...new Set([...countedIn(path, sides, stretches), ...doubts])];
}

/** Also where the file was as before at the next stop: it may have been elsewhere, and be back. */
function countedIn(path: string, sides: Sides, stretches: readonly StretchFiles[]): readonly string[] {
  return sides.countedIn
    .filter(({ work }) => stretches.some(({ from, to }) => editsIn({ from, to, path }, work).length > 0))
    .map(({ session, why }) => `session ${session} edited it, and ${why}`);
}

/** A file in a stretch. */
type Place = Pick<ChangedFile, "from" | "to" | "path">;

type ChangedFile = StretchFiles & {
  readonly path: string;
  readonly before: FileState | null;
  readonly after: FileState | null;
};

function doubtsIn(file: ChangedFile, sides: Sides): readonly string[] {
  if (isExplained(file, sides)) return [];
  const others = [...sides.foreign, ...sides.countedIn];
  const commands = others
    .filter(({ work }) => hasShell(file, work))
    .map(({ session }) => `session ${session} ran a command while it changed`);
  const unknown = others
    .filter(({ work }) => !work.whole)
    .map(({ session }) => `the transcript of session ${session} is not complete`);
  // Hooks of its host may follow an edit: a formatter's lines are of no record.
  const edits = editorsOf(file, sides).map(
    (session) => `session ${session} edited it, and that is not all that changed`,
  );
  const doubts = [...edits, ...commands, ...unknown];
  return doubts.length === 0 && isNobodys(file, sides) ? [NOBODYS] : doubts;
}

const NOBODYS = "no tool call of this session is known to have written it";

/** A tool's own hooks (a formatter) may write the file that it edited, so that such a file is the session's. */
function isNobodys(file: ChangedFile, { own }: Sides): boolean {
  if (!own.whole || file.from.mixed === true) return false;
  return !hasShell(file, own) && editsIn(file, own).length === 0;
}

/** The known edits of all sessions, one after the other, make exactly of the file what it became. */
function isExplained(file: ChangedFile, { own, foreign }: Sides): boolean {
  if (file.before?.text === undefined && file.before !== null) return false;
  const edits = [own, ...foreign.map(({ work }) => work)].flatMap((work) => editsIn(file, work));
  edits.sort((a, b) => a.endedAt.getTime() - b.endedAt.getTime());
  const model = file.after?.text ?? null;
  let text = file.before?.text ?? null;
  for (const { edit } of edits) {
    // A text that was written whole would explain whatever was there before.
    const known = edit.kind === "whole" || edit.kind === "replace" ? edit : undefined;
    const next = known && applyEdit(text, known, model);
    if (next === undefined) return false;
    text = next;
  }
  return edits.length > 0 && text === model;
}

function editorsOf(place: Place, { foreign }: Sides): readonly string[] {
  return foreign.filter(({ work }) => editsIn(place, work).length > 0).map(({ session }) => session);
}

function editsIn({ from, to, path }: Place, { records }: Work): Extract<ToolRecord, { kind: "edit" }>[] {
  return records.flatMap((record) =>
    record.kind === "edit" && record.path === path && overlaps(record, from.at, to.until) ? [record] : [],
  );
}

function hasShell({ from, to }: ChangedFile, { records }: Work): boolean {
  return records.some((record) => record.kind === "shell" && overlaps(record, from.at, to.until));
}
