import type { Evidence } from "./change-evidence.ts";
import { doubtsAbout } from "./doubts-about.ts";
import { type FileState, isSame } from "./file-state.ts";
import { OUTSIDE } from "./foreign-steps.ts";
import type { StretchFiles } from "./stretches.ts";
import { stateIn, type Taken, takeSteps } from "./take-steps.ts";

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
  const { changed, stretches } = evidence;
  const stateAt = stateIn(evidence);
  const taken = takeSteps(evidence, stateAt);
  dropClashes(taken);
  const files = [...taken.start].flatMap(([path, start]) => {
    const { baseline, snapshot } = changed.get(path) ?? { baseline: start, snapshot: start };
    const now = taken.adjusted.get(path) ?? null;
    const isOfUse = changed.has(path) || wasSeen(stretches, path, { start, now });
    return isOfUse ? [{ path, baseline, snapshot, now }] : [];
  });
  const moved = files.filter(({ now, baseline }) => !isSame(now, baseline));
  return {
    adjusted: new Map(moved.map(({ path, now }) => [path, now])),
    leftOut: moved.map(({ path }) => ({ path, by: namesIn(taken.authors, path).join(" and ") })),
    uncertain: files.flatMap(({ path, snapshot, now }) => {
      if (isSame(now, snapshot)) return [];
      const contested = namesIn(taken.contested, path).map(contestedWords);
      const doubts = [...contested, ...doubtsAbout(path, evidence, stateAt)];
      return doubts.length === 0 ? [] : [{ path, why: doubts.join("; ") }];
    }),
  };
}

/**
 * A file that is as it was shows nothing, unless it was seen to be as others had made it: then what
 * brought it back is due. What was never in a tree may be ignored by git, or held in another form. A file
 * that others made, and that is gone, was theirs however it stood when it was last seen.
 */
function wasSeen(
  stretches: readonly StretchFiles[],
  path: string,
  { start, now }: { readonly start: FileState | null; readonly now: FileState | null },
): boolean {
  return stretches.some(({ files }) => {
    const after = files.get(path)?.after;
    if (after === undefined) return false;
    return isSame(after, now) || (start === null && now !== null && after !== null);
  });
}

function contestedWords(by: string): string {
  return `it also holds work ${by === OUTSIDE ? "done" : "of session"} ${by} that cannot be told apart`;
}

/** Where one put a file and another has a folder, only one of the two can be in a tree: the baseline's is. */
function dropClashes({ start, adjusted, authors, contested }: Taken): void {
  const present = new Set([...adjusted].filter(([, state]) => state !== null).map(([path]) => path));
  const clashing = [...present].flatMap((path) => {
    const above = foldersOf(path).filter((folder) => present.has(folder));
    return above.length === 0 ? [] : [...above, path];
  });
  for (const path of new Set(clashing)) {
    adjusted.set(path, start.get(path) ?? null);
    const names = [...namesIn(contested, path), ...namesIn(authors, path)];
    contested.set(path, new Set(names));
  }
}

function namesIn(notes: ReadonlyMap<string, ReadonlySet<string>>, path: string): readonly string[] {
  return [...(notes.get(path) ?? [])];
}

function foldersOf(path: string): readonly string[] {
  const names = path.split("/");
  return names.slice(1).map((_name, depth) => names.slice(0, depth + 1).join("/"));
}
