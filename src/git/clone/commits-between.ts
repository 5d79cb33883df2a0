import { ObjectId } from "#base/ids.ts";
import type { BytePath } from "#git/path-bytes.ts";
import { type Ancestry, ancestryOf, reachedFrom } from "./ancestry.ts";
import { commitFacts, subjectOf } from "./commit-facts.ts";
import { pathParts } from "./folder-at.ts";
import type { OpenClone } from "./open-clone.ts";
import { NOTHING, standingAt, UNREAD } from "./places-in-trees.ts";

type CommitLine = {
  readonly commit: ObjectId;
  /** When it was committed (ISO 8601, UTC). */
  readonly at: string;
  readonly subject: string;
};

export type Stretch = {
  readonly from: ObjectId;
  readonly to: ObjectId;
  /** Only commits that change something in this folder; `""` for all. */
  readonly path: string;
};

export type CommitsBetween =
  | {
      readonly kind: "counted";
      /** Those of `to` that `from` has not, the newest first. */
      readonly commits: readonly CommitLine[];
      /** Whether `to` comes after `from`: else `from` may have commits that `to` has not. */
      readonly isDescendant: boolean;
    }
  /** A commit is not here, or the history between them is cut. */
  | { readonly kind: "not-known" };

const NOT_KNOWN = { kind: "not-known" } as const;

/**
 * Returns the commits that lie between two, as `git log from..to -- path` has them. The clone's history is
 * gone through once, however many questions there are.
 *
 * @throws GitFault `git-timed-out`, `git-missing`.
 */
export async function commitsBetween(
  clone: OpenClone,
  { from, to, path }: Stretch,
  signal: AbortSignal,
): Promise<CommitsBetween> {
  const parts = pathParts(path);
  if (parts === undefined) return NOT_KNOWN;
  if (from === to) return { kind: "counted", commits: [], isDescendant: true };
  const ancestry = await ancestryOf(clone, [from, to], signal);
  const [bottom, tip] = [ancestry.places.get(from), ancestry.places.get(to)];
  const old = bottom === undefined ? undefined : reachedFrom(ancestry, bottom);
  const all = tip === undefined ? undefined : reachedFrom(ancestry, tip);
  if (bottom === undefined || tip === undefined || old === undefined || all === undefined) return NOT_KNOWN;
  const isDescendant = all[bottom] === 1;
  // Where history is cut, what is no ancestor may be one beyond the cut.
  if (!isDescendant && clone.shallow) return NOT_KNOWN;
  const listed = await changing(clone, { ancestry, bottom, tip, old, all }, parts);
  const commits = listed && (await linesOf(clone, listed));
  return commits === undefined ? NOT_KNOWN : { kind: "counted", commits, isDescendant };
}

type Range = {
  readonly ancestry: Ancestry;
  readonly bottom: number;
  readonly tip: number;
  /** Marked are `bottom` and what it comes from. */
  readonly old: Uint8Array;
  /** Marked are `tip` and what it comes from. */
  readonly all: Uint8Array;
};

/** Returns the commits of a range that change what stands at a path, the newest first. */
async function changing(
  clone: OpenClone,
  range: Range,
  parts: readonly BytePath[],
): Promise<readonly ObjectId[] | undefined> {
  const { commits, parents } = range.ancestry;
  const inside = commits.flatMap((_one, place) =>
    range.all[place] === 1 && range.old[place] === 0 ? [place] : [],
  );
  const idOf = (place: number) => ObjectId.parse(commits[place]?.commit);
  if (parts.length === 0) return inside.map(idOf);
  const looked = [...new Set(inside.flatMap((place) => [place, ...(parents[place] ?? [])]))];
  const there = looked.filter((place) => place !== undefined);
  const roots = there.flatMap((place) => commits[place]?.tree ?? []);
  const { numbers } = await standingAt(clone, { roots, parts });
  if (numbers.includes(UNREAD)) return undefined;
  const byPlace = new Int32Array(commits.length);
  for (const [index, place] of there.entries()) byPlace[place] = numbers[index] ?? NOTHING;
  const standing = (place: number): number => byPlace[place] ?? NOTHING;
  return simplified(range, standing).map(idOf);
}

/**
 * As git does (git-log(1), "History Simplification", default mode): of a merge that has the same as one of
 * its parents, only that one is followed; parents before the range are not, and take no others away.
 */
function simplified({ ancestry, bottom, tip, old }: Range, standing: (place: number) => number): number[] {
  const listed: number[] = [];
  const seen = new Set<number>();
  const left = [tip];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (seen.has(at) || old[at] === 1) continue;
    seen.add(at);
    const own = standing(at);
    const parents = (ancestry.parents[at] ?? []).filter((parent) => parent !== undefined);
    const relevant = parents.filter((parent) => old[parent] === 0 || parent === bottom);
    const same = relevant.find((parent) => standing(parent) === own);
    const compared = relevant.length > 0 ? relevant : parents;
    const isChange = compared.length === 0 ? own !== NOTHING : compared.some((one) => standing(one) !== own);
    if (same === undefined && isChange) listed.push(at);
    left.push(...(same === undefined ? parents : [same]));
  }
  return listed.sort((a, b) => a - b);
}

async function linesOf(
  clone: OpenClone,
  commits: readonly ObjectId[],
): Promise<readonly CommitLine[] | undefined> {
  const lines: CommitLine[] = [];
  await clone.objects.readEach(commits, (answer, index) => {
    const commit = commits[index];
    const content = answer.kind === "object" && answer.type === "commit" ? answer.content : undefined;
    const facts = content && commitFacts(content);
    if (commit === undefined || content === undefined || facts === undefined) return;
    lines[index] = { commit, at: facts.committedAt, subject: subjectOf(content) };
  });
  const told = lines.filter((line) => line !== undefined);
  return told.length === commits.length ? told : undefined;
}
