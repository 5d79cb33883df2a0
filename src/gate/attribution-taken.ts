import type { Evidence } from "./attribution.ts";
import { applyEdit } from "./attribution-edit.ts";
import { linesBeyond, type Pending, pendingWork } from "./attribution-pending.ts";
import { type FileState, isSame, mergeStates } from "./attribution-state.ts";
import { foreignEdits, type StateAt, type Step, stretchSteps } from "./attribution-steps.ts";

/** What came of taking others' steps, by path. */
export type Taken = {
  /** The baseline with the steps made in it. */
  readonly adjusted: Map<string, FileState | null>;
  readonly authors: Map<string, Set<string>>;
  /** Whose steps could not be taken. */
  readonly contested: Map<string, Set<string>>;
};

/** Returns the baseline with all steps of others made in it that go together with it, in the order of time. */
export function takeSteps(evidence: Evidence): Taken {
  const { changed, sides, stretches, since } = evidence;
  const stateAt = stateIn(evidence);
  const paths = new Set([...changed.keys(), ...stretches.flatMap(({ files }) => [...files.keys()])]);
  const taken: Taken = {
    adjusted: new Map([...paths].map((path) => [path, startOf(evidence, stateAt, path)])),
    authors: new Map(),
    contested: new Map(),
  };
  const pending = pendingWork(sides.own.records);
  const edits = [...foreignEdits(sides, stretches, since, stateAt)];
  for (const stretch of stretches) {
    const until = stretch.to.until.getTime();
    const due = edits.filter(({ time }) => time <= until).length;
    for (const step of edits.splice(0, due)) take(taken, step, nowIn(evidence, step));
    for (const step of stretchSteps(sides, stretch)) take(taken, step, nowIn(evidence, step), pending);
    for (const [path, { after }] of stretch.files) {
      const ours = taken.adjusted.get(path) ?? null;
      if (!isSame(ours, after)) pending.note(path, ours, after);
    }
  }
  for (const step of edits) take(taken, step, nowIn(evidence, step));
  return taken;
}

function take(taken: Taken, step: Step, now: FileState | null, pending?: Pending): void {
  const { path, by } = step;
  const ours = taken.adjusted.get(path);
  if (ours === undefined) return;
  const next = takeStep(ours, step, now);
  if (next !== undefined && isSame(next, ours)) return;
  const moved =
    next === undefined || movesWhatIsDue(step, ours, next) || pending?.isBrought(path, ours, next);
  if (next === undefined || moved === true) {
    note(taken.contested, path, by);
    return;
  }
  taken.adjusted.set(path, next);
  note(taken.authors, path, by);
}

/** Returns the file with the step made in it, or `undefined` where the two do not go together. */
function takeStep(
  ours: FileState | null,
  { did }: Step,
  now: FileState | null,
): FileState | null | undefined {
  switch (did.kind) {
    case "states":
      return mergeStates(ours, did.before, did.after);
    case "edit": {
      if (ours !== null && ours.text === undefined) return undefined;
      const text = applyEdit(ours?.text ?? null, did.edit, now?.text ?? null);
      if (text === undefined || text === ours?.text) return text === undefined ? undefined : ours;
      return { mode: ours?.mode ?? now?.mode ?? PLAIN_FILE, object: undefined, text };
    }
    case "unclear":
      return undefined;
  }
}

const PLAIN_FILE = "100644";

/** Whether a step brings lines that the file had before it, and that are not in the baseline: they are of another hand. */
function movesWhatIsDue({ did }: Step, ours: FileState | null, next: FileState | null): boolean {
  const before =
    did.kind === "edit" && did.edit.kind === "whole" ? { text: did.edit.before ?? "" } : undefined;
  const stood = did.kind === "states" ? did.before : before;
  if (stood === undefined) return false;
  const due = new Set(linesBeyond(stood, ours));
  return due.size > 0 && linesBeyond(next, ours).some((line) => due.has(line));
}

function note(notes: Map<string, Set<string>>, path: string, by: string): void {
  notes.set(path, (notes.get(path) ?? new Set()).add(by));
}

function nowIn({ changed }: Evidence, { path }: Step): FileState | null {
  return changed.get(path)?.snapshot ?? null;
}

/** A file that is the same on both sides began as the first stretch that changed it tells. */
function startOf({ changed }: Evidence, stateAt: StateAt, path: string): FileState | null {
  return changed.get(path)?.baseline ?? stateAt(0, path) ?? null;
}

/** How a file stood at the beginning of a stretch: as the nearest stretch that changed it tells. */
function stateIn({ changed, stretches }: Evidence): StateAt {
  return (stretch, path) => {
    const earlier = stretches.slice(0, stretch).findLast(({ files }) => files.has(path));
    if (earlier !== undefined) return earlier.files.get(path)?.after;
    const later = stretches.slice(stretch).find(({ files }) => files.has(path));
    return later === undefined ? changed.get(path)?.snapshot : later.files.get(path)?.before;
  };
}
