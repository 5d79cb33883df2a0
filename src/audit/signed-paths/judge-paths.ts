import { exitCodeOfVerdict } from "#audit/verdict.ts";
import type { FileState, PathChange } from "./file-state.ts";
import type { RefusedNote } from "./refused-note.ts";
import { type SignedWorld, signedChain } from "./signed-chain.ts";
import { type SignedStep, stepsOf, type TrustedNote } from "./signed-step.ts";
import { type WhyNot, whyNotSigned } from "./why-not.ts";

/** What is said of one changed path. */
export type PathVerdict =
  /** `steps`: by several signatures one after the other; `patch`: by its lines, between other contents. */
  | {
      readonly kind: "signed";
      readonly change: PathChange;
      readonly as: "content" | "steps" | "patch";
      readonly by: readonly TrustedNote[];
    }
  | { readonly kind: "not-signed"; readonly change: PathChange; readonly why: WhyNot }
  /** The caller wanted it left out. Nobody says that it is signed. */
  | { readonly kind: "ignored"; readonly change: PathChange };

/** A path that some commit leads from one content to another, with the digest of its patch. */
export type PatchedPair = {
  readonly path: string;
  readonly old: NonNullable<FileState>;
  readonly new: NonNullable<FileState>;
  readonly patch: string;
};

export type PathsCase = {
  readonly changes: readonly PathChange[];
  /** What the base holds where signed renames come from. */
  readonly base: ReadonlyMap<string, FileState>;
  readonly notes: readonly TrustedNote[];
  readonly refused: readonly RefusedNote[];
  /** Pairs whose lines may have been signed between other contents. */
  readonly pairs: readonly PatchedPair[];
  /** Lines alone do not do. */
  readonly strict: boolean;
  readonly ignores: (path: string) => boolean;
};

/** Returns for each changed path whether it is signed, by whom, and why not. */
export function judgePaths(one: PathsCase): readonly PathVerdict[] {
  const exact = one.notes.flatMap(stepsOf);
  const base = new Map([
    ...one.base,
    ...one.changes.map(({ path, old }): [string, FileState] => [path, old]),
  ]);
  const contents = { steps: byPath(exact), base };
  const lines = {
    steps: byPath([...exact, ...one.pairs.flatMap((pair) => patchSteps(contents, pair))]),
    base,
  };
  return one.changes.map((change) => judge(change, one, { contents, lines }));
}

/** Returns 0 where every path that counts is signed, 1 where one is not. */
export function exitCodeOfPaths(verdicts: readonly PathVerdict[]): 0 | 1 | 2 {
  return exitCodeOfVerdict(verdicts.some(({ kind }) => kind === "not-signed") ? "findings" : "clean");
}

type Worlds = { readonly contents: SignedWorld; readonly lines: SignedWorld };

function judge(change: PathChange, one: PathsCase, { contents, lines }: Worlds): PathVerdict {
  if (one.ignores(change.path)) return { kind: "ignored", change };
  const goal = { path: change.path, from: change.old, to: change.new };
  const chain = signedChain(contents, goal);
  if (chain !== undefined) return signed(change, chain);
  const rough = signedChain(lines, goal);
  if (rough !== undefined && !one.strict) return signed(change, rough);
  if (rough !== undefined) {
    const receipts = rough.filter(({ as }) => as === "patch").map(({ by }) => by.note.receipt);
    return { kind: "not-signed", change, why: { kind: "only-as-patch", receipts } };
  }
  const notes = one.notes.map(({ note }) => note);
  return { kind: "not-signed", change, why: whyNotSigned(change, { notes, refused: one.refused }) };
}

function signed(change: PathChange, chain: readonly SignedStep[]): PathVerdict {
  const several = chain.length > 1 ? "steps" : "content";
  const as = chain.some((step) => step.as === "patch") ? "patch" : several;
  return { kind: "signed", change, as, by: [...new Set(chain.flatMap(({ by, after }) => [...after, by]))] };
}

/**
 * An edit whose lines are those of a signed one, of the same path and between the same modes; or those of
 * several, one after the other, which the last of them has the digest of.
 */
function patchSteps(contents: SignedWorld, pair: PatchedPair): readonly SignedStep[] {
  const signedHere = (contents.steps.get(pair.path) ?? []).filter((step) => hasModesOf(pair, step));
  return signedHere.flatMap((step): readonly SignedStep[] => {
    const here = { ...step, from: pair.old, to: pair.new, as: "patch" } as const;
    if (step.patch === pair.patch) return [here];
    return step.since
      .filter(({ patch }) => patch === pair.patch)
      .flatMap(({ old }) => {
        const from = { mode: pair.old.mode, blob: old };
        const chain = signedChain(contents, { path: pair.path, from, to: step.to });
        return chain === undefined ? [] : [{ ...here, after: chain.map(({ by }) => by) }];
      });
  });
}

function hasModesOf(pair: PatchedPair, { from, to }: SignedStep): boolean {
  return from?.mode === pair.old.mode && to?.mode === pair.new.mode;
}

function byPath(steps: readonly SignedStep[]): ReadonlyMap<string, readonly SignedStep[]> {
  const map = new Map<string, SignedStep[]>();
  for (const step of steps) {
    const same = map.get(step.path);
    if (same === undefined) map.set(step.path, [step]);
    else same.push(step);
  }
  return map;
}
