import { applyEdit } from "./apply-edit.ts";
import type { Evidence } from "./change-evidence.ts";
import { isDoneAgain } from "./done-again.ts";
import { type FileState, isSame, mergeStates } from "./file-state.ts";
import { foreignEdits, type StateAt, type Step, stretchSteps } from "./foreign-steps.ts";
import { linesBeyond, type Move, pendingWork } from "./pending-work.ts";
import { overlaps, type StretchFiles } from "./stretches.ts";
import type { Work } from "./take-sides.ts";

/** What came of taking others' steps, by path. */
export type Taken = {
  /** How each file stood at the baseline that others are known to have changed, or that differs now. */
  readonly start: ReadonlyMap<string, FileState | null>;
  /** The baseline with the steps made in it. */
  readonly adjusted: Map<string, FileState | null>;
  readonly authors: Map<string, Set<string>>;
  /** Whose steps could not be taken. */
  readonly contested: Map<string, Set<string>>;
};

/** Returns the baseline with all steps of others made in it that go together with it, in the order of time. */
export function takeSteps(evidence: Evidence, stateAt: StateAt): Taken {
  const { changed, sides, stretches, since } = evidence;
  const paths = new Set([...changed.keys(), ...stretches.flatMap(({ files }) => [...files.keys()])]);
  const start = new Map([...paths].map((path) => [path, startOf(evidence, stateAt, path)]));
  const taken: Taken = {
    start,
    adjusted: new Map(start),
    authors: new Map(),
    contested: new Map(),
  };
  const pending = pendingWork();
  const edits = [...foreignEdits(sides, stretches, since, stateAt)];
  for (const [index, stretch] of stretches.entries()) {
    const standing = (path: string) => stateAt(index + 1, path);
    const isDue = (move: Omit<Move, "standing">) => pending.isBrought({ ...move, standing });
    const until = stretch.to.until.getTime();
    const done = edits.filter(({ time }) => time <= until).length;
    for (const record of writtenIn(stretch, evidence)) {
      pending.wrote(record, taken.adjusted.get(record.path) ?? null);
    }
    const outcomeIn = (step: Step) =>
      unlessAgain(outcomeOf(taken, step, nowIn(evidence, step), isDue), sides.own);
    for (const step of edits.splice(0, done)) settle(taken, outcomeIn(step));
    for (const outcome of keptWhole(stretchSteps(sides, stretch).map(outcomeIn))) settle(taken, outcome);
    for (const [path, { after }] of stretch.files) {
      const ours = taken.adjusted.get(path) ?? null;
      if (!isSame(ours, after)) pending.note(path, ours, after);
    }
  }
  // Under way while the snapshot was made: whether it is in it cannot be told.
  for (const { path, by } of edits) if (start.has(path)) note(taken.contested, path, by);
  return taken;
}

function writtenIn({ from, to }: StretchFiles, { sides, since }: Evidence) {
  return sides.own.records.flatMap((record) =>
    record.kind === "edit" && record.at >= since && overlaps(record, from.at, to.until) ? [record] : [],
  );
}

/** What becomes of a step: it is made in the baseline, makes no difference there, or cannot be taken. */
type Outcome = { readonly step: Step; readonly ours: FileState | null } & (
  | { readonly kind: "made"; readonly next: FileState | null }
  | { readonly kind: "nothing" | "contested" }
);

function outcomeOf(
  { adjusted }: Taken,
  step: Step,
  now: FileState | null,
  isDue: (move: Omit<Move, "standing">) => boolean,
): Outcome {
  const { path, did } = step;
  const ours = adjusted.get(path);
  if (ours === undefined) return { kind: "nothing", step, ours: null };
  const next = did.kind === "unclear" ? undefined : made(ours, did, now);
  if (next !== undefined && isSame(next, ours)) return { kind: "nothing", step, ours };
  if (did.kind === "unclear" || next === undefined || isMoved(did, { path, ours, next }, isDue)) {
    return { kind: "contested", step, ours };
  }
  return { kind: "made", step, ours, next };
}

function unlessAgain(outcome: Outcome, own: Work): Outcome {
  if (outcome.kind !== "made") return outcome;
  const { step, ours, next } = outcome;
  const { path, time } = step;
  return isDoneAgain({ path, time, ours, next }, own) ? { kind: "contested", step, ours } : outcome;
}

function settle({ adjusted, authors, contested }: Taken, outcome: Outcome): void {
  const { path, by } = outcome.step;
  switch (outcome.kind) {
    case "made":
      adjusted.set(path, outcome.next);
      note(authors, path, by);
      return;
    case "contested":
      note(contested, path, by);
      return;
    case "nothing":
  }
}

/**
 * Returns the outcomes of what was done in one stretch with no move taken by half: where lines went
 * into a file that the step cannot be taken in, they are not taken out of the file they came from
 * either. They would be nowhere in the baseline, and what the session does to them later unseen.
 */
function keptWhole(outcomes: readonly Outcome[]): readonly Outcome[] {
  const homeless = new Set(
    outcomes.flatMap(({ kind, step: { did } }) =>
      kind === "contested" && did.kind === "states" ? linesBeyond(did.after, did.before) : [],
    ),
  );
  const kept = outcomes.map((one): Outcome => {
    if (one.kind !== "made" || !linesBeyond(one.ours, one.next).some((line) => homeless.has(line)))
      return one;
    return { kind: "contested", step: one.step, ours: one.ours };
  });
  const isSettled = kept.every(({ kind }, index) => kind === outcomes[index]?.kind);
  return isSettled ? kept : keptWhole(kept);
}

type Known = Exclude<Step["did"], { readonly kind: "unclear" }>;

/** Returns the file with the step made in it, or `undefined` where the two do not go together. */
function made(ours: FileState | null, did: Known, now: FileState | null): FileState | null | undefined {
  if (did.kind === "states") return mergeStates(ours, did.before, did.after);
  if (ours !== null && ours.text === undefined) return undefined;
  const text = applyEdit(ours?.text ?? null, did.edit, now?.text ?? null);
  if (text === undefined) return undefined;
  if (text === ours?.text) return ours;
  return { mode: (ours ?? now)?.mode ?? PLAIN_FILE, object: undefined, text };
}

const PLAIN_FILE = "100644";

/**
 * Whether a step moves work of another hand: lines that the file had before it, and that are not in
 * the baseline. What a record has word for word its session wrote, wherever it had it from; of
 * anything else it matters whether it was due already.
 */
function isMoved(
  did: Known,
  move: Omit<Move, "standing">,
  isDue: (move: Omit<Move, "standing">) => boolean,
): boolean {
  if (did.kind === "states") return isDue(move) || bringsBack(did.before, move);
  if (did.inferred && isDue(move)) return true;
  return did.edit.kind === "whole" && bringsBack({ text: did.edit.before ?? "" }, move);
}

function bringsBack(before: Pick<FileState, "text"> | null, { ours, next }: Omit<Move, "standing">): boolean {
  const due = new Set(linesBeyond(before, ours));
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

/** Returns how a file stood at the beginning of a stretch: as the nearest stretch that changed it tells. */
export function stateIn({ changed, stretches }: Evidence): StateAt {
  return (stretch, path) => {
    const earlier = stretches.slice(0, stretch).findLast(({ files }) => files.has(path));
    if (earlier !== undefined) return earlier.files.get(path)?.after;
    const later = stretches.slice(stretch).find(({ files }) => files.has(path));
    return later === undefined ? changed.get(path)?.snapshot : later.files.get(path)?.before;
  };
}
