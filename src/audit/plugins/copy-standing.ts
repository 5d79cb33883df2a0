import type { ObjectId } from "#base/ids.ts";
import type { TreeMatch } from "#git/clone/tree-match.ts";
import { areByProducts } from "./by-products.ts";
import type { CommitOrder, CopyFacts, Differences, Offered } from "./plugin-facts.ts";

type Unfound = Exclude<TreeMatch, { readonly kind: "found" }>;

/** What can be shown of the bytes of one copy. */
export type CopyStanding =
  | { readonly kind: "gone" }
  | { readonly kind: "unreadable"; readonly path: string; readonly detail: string }
  /** They are the recorded commit's. */
  | { readonly kind: "as-recorded"; readonly commit: string | null }
  /** The recorded commit is here and has other content; they are this one's. */
  | { readonly kind: "anothers"; readonly commit: ObjectId; readonly order: CommitOrder | null }
  /** They are this commit's, or what is offered. `recordIsOpen`: the recorded commit is not here to compare with. */
  | { readonly kind: "known"; readonly commit: ObjectId | null; readonly recordIsOpen: boolean }
  | { readonly kind: "edited"; readonly searched: number | null }
  | {
      readonly kind: "added";
      readonly files: Differences["files"];
      readonly against: ObjectId;
      readonly byProducts: boolean;
    }
  | { readonly kind: "unexplained" }
  | { readonly kind: "unproven"; readonly why: string };

/**
 * Returns what can be shown of a copy's bytes. That they were edited is said only where the recorded
 * commit is here, or where no commit is recorded and a whole history was searched: a shallow clone lacks
 * most commits, and a forced push takes away even those that a whole one had.
 */
export function standingOf(copy: CopyFacts, offered: Offered | null): CopyStanding {
  const { bytes, folder } = copy;
  if (["absent", "empty", "not-a-folder"].includes(folder.stands)) return { kind: "gone" };
  switch (bytes.kind) {
    case "absent":
      return { kind: "gone" };
    case "unreadable":
      return { kind: "unreadable", path: bytes.path, detail: bytes.detail };
    case "too-large":
      return {
        kind: "unreadable",
        path: folder.path,
        detail: `it has ${bytes.files} files of ${bytes.bytes} bytes, more than is looked at`,
      };
    case "read":
      return ofBytes(copy, bytes.tree, offered);
  }
}

function ofBytes(copy: CopyFacts, tree: ObjectId, offered: Offered | null): CopyStanding {
  if (isAsRecorded(copy, tree, offered)) return { kind: "as-recorded", commit: commitOf(copy) };
  const isHere = copy.recorded.kind === "here" || copy.recorded.kind === "no-folder";
  const recordIsOpen = copy.recorded.kind === "not-here";
  const { match } = copy;
  if (match.kind === "found") {
    const { commit } = match;
    if (isHere) return { kind: "anothers", commit, order: copy.besideRecorded };
    return { kind: "known", commit, recordIsOpen };
  }
  if (!isHere && offered?.tree === tree) return { kind: "known", commit: offered.commit, recordIsOpen };
  return addedTo(copy, isHere) ?? (isHere ? unlikeRecorded(copy, match) : unlikeAny(copy, match));
}

/** The record is true where its commit has these bytes, also where a newer commit or another folder has them too. */
function isAsRecorded(copy: CopyFacts, tree: ObjectId, offered: Offered | null): boolean {
  const { recorded, match, differences, record } = copy;
  const claimed = record?.gitCommitSha ?? null;
  if (recorded.kind === "here" && recorded.tree === tree) return true;
  if (claimed === null) return false;
  if (match.kind === "found" && match.commit === claimed) return true;
  if (recorded.kind !== "here") return false;
  if (differences?.against === claimed && differences.files.length === 0) return true;
  // What git makes of the bytes may be the recorded tree, where the bytes themselves are not.
  const filtered = match.kind === "found" && match.filtered && match.commit === offered?.commit;
  return filtered && offered.tree === recorded.tree;
}

function commitOf({ record, match }: CopyFacts): string | null {
  return record?.gitCommitSha ?? (match.kind === "found" ? match.commit : null);
}

/** Files beside those of the commit: of an older commit they could be what the nearest one no longer has. */
function addedTo({ differences, match }: CopyFacts, isHere: boolean): CopyStanding | undefined {
  if (differences === null || differences.files.length === 0) return undefined;
  const { files, against, younger } = differences;
  if (files.some(({ how }) => how !== "added")) return undefined;
  const whole = match.kind === "not-found" && match.whole;
  if (!isHere && !younger && !whole) return undefined;
  return { kind: "added", files, against, byProducts: areByProducts(files.map(({ path }) => path)) };
}

function unlikeRecorded({ differences }: CopyFacts, match: Unfound): CopyStanding {
  if (differences === null && match.kind === "not-searched" && match.undecided === true)
    return { kind: "unproven", why: match.why };
  if (match.kind === "not-found" && match.whole) return { kind: "edited", searched: match.commits };
  return differences?.younger === true ? { kind: "edited", searched: null } : { kind: "unexplained" };
}

function unlikeAny({ recorded }: CopyFacts, match: Unfound): CopyStanding {
  if (match.kind === "not-searched") return { kind: "unproven", why: match.why };
  if (!match.whole) return { kind: "unproven", why: "the clone has only the newest part of its history" };
  return recorded.kind === "none"
    ? { kind: "edited", searched: match.commits }
    : {
        kind: "unproven",
        why: "the recorded commit is not in the history, which was rewritten or is another one",
      };
}
