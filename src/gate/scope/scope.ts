import { redactedPatch } from "#gate/redact/redact-patch.ts";
import type { Change, FileChange } from "#git/change/change.ts";
import { barred, namesOf } from "./barred.ts";
import type { Coverage, CoveredFile, NotCoveredFile, NotCoveredReason } from "./coverage.ts";
import { type Cut, cutPatch, fittingCut, hunkCount } from "./cut-patch.ts";
import { pathClass } from "./path-class.ts";

export type ScopeLimits = {
  readonly maxDiffBytes: number;
  readonly exclude: readonly string[];
  /** Paths that an earlier review left out for their size: they come before everything else. */
  readonly first?: ReadonlySet<string>;
  /** What the attribution says of other sessions' work: it goes into the coverage as it is. */
  readonly leftOut?: Coverage["leftOut"];
  readonly uncertain?: Coverage["uncertain"];
  readonly countedFrom?: Coverage["countedFrom"];
};

/** One path with the text of it that the reviewer is shown. */
export type ShownFile = {
  readonly file: CoveredFile;
  /** The patch, or its leading part, with secret-looking values replaced. */
  readonly patch: string;
  /** The same lines as they are. What a signature stands for is made of them; they are never sent. */
  readonly plain: string;
};

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

/** Modes as git writes them: of a text that is no program, and of no file. */
const [PLAIN, NO_FILE] = ["100644", "000000"] as const;

type Shown = {
  readonly change: FileChange;
  readonly patch: string;
  readonly plain: string;
  /** How many values were replaced. */
  readonly values: number;
};

type Place =
  | (Shown & { readonly kind: "whole" })
  | (Shown & { readonly kind: "part"; readonly cut: Cut })
  | { readonly kind: "out"; readonly change: FileChange; readonly why: NotCoveredReason };

/**
 * Returns what of the change fits and may be shown.
 *
 * Secret-looking, excluded and binary paths never are, and in the others secret-looking values are
 * replaced. These share `maxDiffBytes`: room is given to what was left out before, then to what a
 * person writes, then to generated and lock files, within each to the small before the large. So
 * generated files drop out first, then the largest. What does not fit whole is shown up to the last
 * hunk that fits, and a hunk that can never fit up to the last line; it counts as shown in part.
 */
export function scopeOf(change: Change, limits: ScopeLimits): Scope {
  const places = placed(change.files, limits);
  const shown = places.filter((place) => place.kind !== "out");
  const coverage: Coverage = {
    shown: shown.flatMap((place) => (place.kind === "whole" ? [covered(place.change)] : [])),
    partly: shown.flatMap((place) => (place.kind === "part" ? [partlyCovered(place)] : [])),
    notCovered: [
      ...places.flatMap((place) => (place.kind === "out" ? [left(place.change, place.why)] : [])),
      ...change.opaque.map(({ path, kind }) => ({ path, oldPath: null, why: kind })),
    ],
    rules: [...change.rules],
    redacted: shown.flatMap(({ change: { path }, values }) => (values > 0 ? [{ path, values }] : [])),
    leftOut: [...(limits.leftOut ?? [])],
    uncertain: [...(limits.uncertain ?? [])],
    ...(limits.countedFrom === undefined ? {} : { countedFrom: limits.countedFrom }),
  };
  const files = shown.map(({ change: file, patch, plain }) => ({ file: covered(file), patch, plain }));
  return files.length === 0 ? { kind: "nothing-to-show", coverage } : { kind: "shown", files, coverage };
}

function placed(changes: readonly FileChange[], limits: ScopeLimits): readonly Place[] {
  const budget = Math.min(limits.maxDiffBytes, LARGEST_DIFF_BYTES);
  let room = budget;
  const indexed = inKeepingOrder(changes, limits.first ?? new Set()).map(({ change, index }) => {
    const place = placeOf(change, { exclude: limits.exclude, budget, room });
    room -= place.kind === "out" ? 0 : bytes(place.patch);
    return { place, index };
  });
  return indexed.sort((a, b) => a.index - b.index).map(({ place }) => place);
}

function inKeepingOrder(changes: readonly FileChange[], first: ReadonlySet<string>) {
  const sized = changes.map((change, index) => ({
    change,
    index,
    rank: rankOf(namesOf(change), first),
    size: bytes(change.patch),
  }));
  return sized.sort((a, b) => a.rank - b.rank || a.size - b.size);
}

function rankOf(names: readonly string[], first: ReadonlySet<string>): number {
  if (names.some((name) => first.has(name))) return 0;
  return names.some((name) => pathClass(name) === "generated") ? 2 : 1;
}

type Space = { readonly exclude: readonly string[]; readonly budget: number; readonly room: number };

function placeOf(change: FileChange, { exclude, budget, room }: Space): Place {
  const why = barred(change, exclude);
  if (why !== undefined) return { kind: "out", change, why };
  if (bytes(change.patch) <= room) {
    const { text, count } = redactedPatch(change.patch);
    const whole = { kind: "whole", change, patch: text, plain: change.patch, values: count } as const;
    if (bytes(text) <= room) return whole;
  }
  const part = leadingPart(change, { budget, room });
  if (part !== undefined) return part;
  const ever = bytes(change.patch) <= budget || leadingPart(change, { budget, room: budget }) !== undefined;
  return { kind: "out", change, why: ever ? "over-budget" : "too-large" };
}

/** What does not fit is cut before its values are replaced: the cost is bounded by what is shown. */
function leadingPart(change: FileChange, space: Omit<Space, "exclude">): Place | undefined {
  // The second half of a patch that puts one kind of thing in place of another is no hunk of the first.
  const room = change.kind === "type-changed" ? { ...space, budget: Number.POSITIVE_INFINITY } : space;
  const rough = fittingCut(change.patch, room);
  if (rough === undefined) return undefined;
  const plain = cutPatch(change.patch, rough);
  const { text } = redactedPatch(plain);
  const cut = fittingCut(text, room);
  if (cut === undefined) return undefined;
  // Within what was cut already, a hunk that was shortened counts as whole.
  const shortened = rough.lines > 0 && cut.hunks > rough.hunks;
  return {
    kind: "part",
    change,
    patch: cutPatch(text, cut),
    plain: cutPatch(plain, cut),
    values: redactedPatch(cutPatch(plain, cut)).count,
    cut: shortened ? rough : cut,
  };
}

function partlyCovered({ change, cut }: Extract<Place, { kind: "part" }>): Coverage["partly"][number] {
  return { ...covered(change), hunks: cut.hunks, of: hunkCount(change.patch), lines: cut.lines };
}

function covered(change: FileChange): CoveredFile {
  return {
    path: change.path,
    oldPath: change.oldPath ?? null,
    kind: change.kind,
    oldBlob: change.oldBlob ?? null,
    newBlob: change.newBlob ?? null,
    ...unusualModes(change),
    baselineLost: change.baselineLost,
  };
}

/** Most files are plain ones before and after, which goes without saying. */
function unusualModes({ oldMode, newMode }: FileChange): Pick<CoveredFile, "modes"> {
  const usual = [oldMode, newMode].every((mode) => mode === PLAIN || mode === NO_FILE);
  return usual ? {} : { modes: { old: oldMode, new: newMode } };
}

function left(change: FileChange, why: NotCoveredReason): NotCoveredFile {
  return { path: change.path, oldPath: change.oldPath ?? null, why };
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
