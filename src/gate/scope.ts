import type { Change, FileChange } from "#git/change.ts";
import type { Coverage, CoveredFile, NotCoveredFile, NotCoveredReason } from "./coverage.ts";
import { matchesGlob } from "./matches-glob.ts";
import { patchParts } from "./patch-lines.ts";
import { pathClass } from "./path-class.ts";

export type ScopeLimits = { readonly maxDiffBytes: number; readonly exclude: readonly string[] };

/** One path with the text of it that the reviewer is shown. */
type ShownFile = { readonly file: CoveredFile; readonly patch: string };

export type ShownScope = {
  readonly kind: "shown";
  /** In the change's own order. */
  readonly files: readonly ShownFile[];
  readonly coverage: Coverage;
};

/** The part of a change that the reviewer is shown, and what is not covered and why. */
export type Scope = ShownScope | { readonly kind: "nothing-to-show"; readonly coverage: Coverage };

/**
 * Codex refuses input of more than 1,048,576 characters. Whatever is configured, the diff leaves
 * room for the rest of the prompt (a text never has more characters than UTF-8 bytes).
 */
const LARGEST_DIFF_BYTES = 768 * 1024;

type Place =
  | { readonly kind: "whole"; readonly change: FileChange }
  | {
      readonly kind: "part";
      readonly change: FileChange;
      readonly patch: string;
      readonly hunks: number;
      readonly of: number;
    }
  | { readonly kind: "out"; readonly change: FileChange; readonly why: NotCoveredReason };

/**
 * Returns what of the change fits and may be shown.
 *
 * Secret-looking, excluded and binary paths never are. The others share `maxDiffBytes`: room is
 * given to what a person writes first and to generated and lock files last, within each the small
 * before the large. So generated files drop out first, then the largest. What does not fit whole is
 * shown up to the last hunk that fits, and counted as shown in part.
 */
export function scopeOf(change: Change, limits: ScopeLimits): Scope {
  const places = placed(change.files, limits);
  const coverage: Coverage = {
    shown: places.flatMap((place) => (place.kind === "whole" ? [covered(place.change)] : [])),
    partly: places.flatMap((place) =>
      place.kind === "part" ? [{ ...covered(place.change), hunks: place.hunks, of: place.of }] : [],
    ),
    notCovered: [
      ...places.flatMap((place) => (place.kind === "out" ? [left(place.change, place.why)] : [])),
      ...change.opaque.map(({ path, kind }) => ({ path, oldPath: null, why: kind })),
    ],
    rules: [...change.rules],
  };
  const files = places.flatMap((place) => (place.kind === "out" ? [] : [shown(place)]));
  return files.length === 0 ? { kind: "nothing-to-show", coverage } : { kind: "shown", files, coverage };
}

function placed(changes: readonly FileChange[], limits: ScopeLimits): readonly Place[] {
  const budget = Math.min(limits.maxDiffBytes, LARGEST_DIFF_BYTES);
  let room = budget;
  const indexed = inKeepingOrder(changes).map(({ change, index }) => {
    const place = placeOf(change, { exclude: limits.exclude, budget, room });
    room -= place.kind === "out" ? 0 : bytes(shown(place).patch);
    return { place, index };
  });
  return indexed.sort((a, b) => a.index - b.index).map(({ place }) => place);
}

function inKeepingOrder(changes: readonly FileChange[]) {
  const sized = changes.map((change, index) => ({
    change,
    index,
    rank: names(change).some((name) => pathClass(name) === "generated") ? 1 : 0,
    size: bytes(change.patch),
  }));
  return sized.sort((a, b) => a.rank - b.rank || a.size - b.size);
}

type Room = { readonly exclude: readonly string[]; readonly budget: number; readonly room: number };

function placeOf(change: FileChange, { exclude, budget, room }: Room): Place {
  const why = barred(change, exclude);
  if (why !== undefined) return { kind: "out", change, why };
  const size = bytes(change.patch);
  if (size <= room) return { kind: "whole", change };
  const part = leadingHunks(change.patch, room);
  if (part.hunks > 0) return { kind: "part", change, ...part };
  return { kind: "out", change, why: size > budget ? "too-large" : "over-budget" };
}

/** A renamed file is judged by both names: its diff shows the content of either. */
function barred(change: FileChange, exclude: readonly string[]): NotCoveredReason | undefined {
  if (names(change).some((name) => pathClass(name) === "secret-looking")) return "secret-looking";
  if (names(change).some((name) => exclude.some((glob) => isExcluded(name, glob)))) return "excluded";
  return change.binary || change.patch === "" ? "binary" : undefined;
}

/** As in `.gitignore`: a glob without a slash names a file or folder anywhere, a folder all within it. */
function isExcluded(path: string, glob: string): boolean {
  const trimmed = glob.replace(/\/+$/, "");
  if (!trimmed.includes("/")) return path.split("/").some((segment) => matchesGlob(segment, trimmed));
  const anchored = trimmed.replace(/^\//, "");
  return matchesGlob(path, anchored) || matchesGlob(path, `${anchored}/**`);
}

function leadingHunks(patch: string, room: number): { patch: string; hunks: number; of: number } {
  const { header, hunks } = patchParts(patch);
  let left = room - bytes(header);
  const fitting = hunks.findIndex((hunk) => {
    left -= bytes(hunk);
    return left < 0;
  });
  const number = Math.max(0, fitting);
  return { patch: header + hunks.slice(0, number).join(""), hunks: number, of: hunks.length };
}

function shown(place: Exclude<Place, { kind: "out" }>): ShownFile {
  return {
    file: covered(place.change),
    patch: place.kind === "whole" ? place.change.patch : place.patch,
  };
}

function covered(change: FileChange): CoveredFile {
  return {
    path: change.path,
    oldPath: change.oldPath ?? null,
    kind: change.kind,
    oldBlob: change.oldBlob ?? null,
    newBlob: change.newBlob ?? null,
    baselineLost: change.baselineLost,
  };
}

function left(change: FileChange, why: NotCoveredReason): NotCoveredFile {
  return { path: change.path, oldPath: change.oldPath ?? null, why };
}

function names(change: FileChange): readonly string[] {
  return change.oldPath === undefined ? [change.path] : [change.path, change.oldPath];
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
