import { doubtsAbout } from "./attribution-marks.ts";
import type { Sides } from "./attribution-sessions.ts";
import { type FileState, isSame } from "./attribution-state.ts";
import { foreignSteps, OUTSIDE, type StateAt, takeStep } from "./attribution-steps.ts";
import type { StretchFiles } from "./attribution-stretches.ts";

/** Both sides of a file that differs between the session's baseline and the snapshot. */
export type ChangedState = { readonly baseline: FileState | null; readonly snapshot: FileState | null };

/** All that is known of who changed what. Paths are those of the tree. */
export type Evidence = {
  readonly changed: ReadonlyMap<string, ChangedState>;
  readonly sides: Sides;
  /** From the baseline to the snapshot, with the files that are in `changed`. */
  readonly stretches: readonly StretchFiles[];
  /** When the baseline was taken: what ended before is in it. */
  readonly since: Date;
};

export type Attribution = {
  /** How the baseline stands with others' work in it, where that differs from how it was. */
  readonly adjusted: ReadonlyMap<string, FileState | null>;
  /** Whose work that is. */
  readonly leftOut: readonly { readonly path: string; readonly by: string }[];
  /** What is left to review that may not be this session's work, or not all of it. */
  readonly uncertain: readonly { readonly path: string; readonly why: string }[];
};

/**
 * Returns the baseline with the work of others in it, so that what is left to the snapshot is the
 * session's own. A step of another that does not go together with what is there is not taken: its
 * file is reviewed as it is, and marked.
 */
export function attribute(evidence: Evidence): Attribution {
  const { adjusted, authors, contested } = takeSteps(evidence);
  dropClashes(evidence, adjusted, contested);
  const moved = [...adjusted].filter(
    ([path, state]) => !isSame(state, evidence.changed.get(path)?.baseline ?? null),
  );
  return {
    adjusted: new Map(moved),
    leftOut: moved.map(([path]) => ({ path, by: [...(authors.get(path) ?? [])].join(" and ") })),
    uncertain: [...evidence.changed].flatMap(([path, { snapshot }]) => {
      if (isSame(adjusted.get(path) ?? null, snapshot)) return [];
      const doubts = [
        ...[...(contested.get(path) ?? [])].map((by) => `${authorWords(by)} that cannot be told apart`),
        ...doubtsAbout(path, evidence.sides, evidence.stretches),
      ];
      return doubts.length === 0 ? [] : [{ path, why: doubts.join("; ") }];
    }),
  };
}

const OTHERS = "others";

function authorWords(by: string): string {
  if (by === OUTSIDE) return `it also holds work done ${by}`;
  return by === OTHERS ? "it also holds work of others" : `it also holds work of session ${by}`;
}

type Taken = {
  readonly adjusted: Map<string, FileState | null>;
  readonly authors: Map<string, Set<string>>;
  readonly contested: Map<string, Set<string>>;
};

function takeSteps(evidence: Evidence): Taken {
  const { changed, sides, stretches, since } = evidence;
  const adjusted = new Map([...changed].map(([path, { baseline }]) => [path, baseline]));
  const authors = new Map<string, Set<string>>();
  const contested = new Map<string, Set<string>>();
  for (const step of foreignSteps(sides, stretches, since, stateIn(evidence))) {
    const ours = adjusted.get(step.path);
    if (ours === undefined) continue;
    const next = takeStep(ours, step, changed.get(step.path)?.snapshot ?? null);
    if (next === undefined) note(contested, step.path, step.by);
    else if (!isSame(next, ours)) {
      adjusted.set(step.path, next);
      note(authors, step.path, step.by);
    }
  }
  return { adjusted, authors, contested };
}

function note(notes: Map<string, Set<string>>, path: string, by: string): void {
  notes.set(path, (notes.get(path) ?? new Set()).add(by));
}

/** How a file stood at the beginning of a stretch: as the nearest stretch that changed it tells. */
function stateIn({ changed, stretches }: Evidence): StateAt {
  return (state, path) => {
    const earlier = stretches.slice(0, state).findLast(({ files }) => files.has(path));
    if (earlier !== undefined) return earlier.files.get(path)?.after;
    const later = stretches.slice(state).find(({ files }) => files.has(path));
    return later === undefined ? changed.get(path)?.snapshot : later.files.get(path)?.before;
  };
}

/** Where one put a file and the other has a folder, only one of the two can be in a tree: the baseline's is. */
function dropClashes(
  { changed }: Evidence,
  adjusted: Taken["adjusted"],
  contested: Taken["contested"],
): void {
  const present = new Set([...adjusted].filter(([, state]) => state !== null).map(([path]) => path));
  const clashing = [...present].flatMap((path) => {
    const folders = path
      .split("/")
      .slice(0, -1)
      .map((_name, depth, names) => names.slice(0, depth + 1).join("/"));
    return folders.filter((folder) => present.has(folder)).flatMap((folder) => [folder, path]);
  });
  for (const path of clashing) {
    const { baseline = null } = changed.get(path) ?? {};
    adjusted.set(path, baseline);
    note(contested, path, OTHERS);
  }
}
