import type { PrunedChain } from "#runs/prune/pruned.ts";
import type { StoredReceipt, UnreadableReceipt } from "#runs/receipts/receipt-files.ts";
import type { Session } from "#runs/sessions/session.ts";
import type { RunFinding } from "./run-finding.ts";

/** What vouches for the end of a chain. */
export type ChainEnd =
  | { readonly kind: "recorded"; readonly receipts: Session["receipts"] }
  | { readonly kind: "unreadable"; readonly path: string; readonly detail: string }
  | { readonly kind: "none" };

/** All that lies on disk of one session's receipts, in any order. */
export type Chain = {
  readonly session: string;
  readonly receipts: readonly StoredReceipt[];
  readonly unreadable: readonly UnreadableReceipt[];
  readonly end: ChainEnd;
  /** What is on record of its pruning, where it was pruned. */
  readonly pruned?: PrunedChain | undefined;
};

/**
 * Checks that a session's receipts are one chain: in their place, numbered without gap or double,
 * each holding the digest of the one before, and the last known to the session's file. An edit
 * shows wherever one digest fails; an unkeyed chain that was recomputed from end to end does not.
 */
export function checkChain(chain: Chain): readonly RunFinding[] {
  const placed = chain.receipts.filter((stored) => misplaced(stored) === undefined);
  const ordered = placed.toSorted((a, b) => a.receipt.n - b.receipt.n);
  return [
    ...chain.receipts.flatMap(misplacedFinding),
    ...chain.unreadable.map(({ name, detail, digest }): RunFinding => {
      const kind = digest === undefined ? "receipt-unreadable" : "receipt-newer";
      return { kind, session: chain.session, path: name.path, detail };
    }),
    ...forks(chain.session, ordered),
    ...gaps(chain, ordered),
    ...brokenLinks(chain.session, ordered),
    ...checkEnd(chain, ordered),
  ];
}

function misplacedFinding(stored: StoredReceipt): readonly RunFinding[] {
  const detail = misplaced(stored);
  const { id, session } = stored.name;
  return detail === undefined ? [] : [{ kind: "receipt-misplaced", session, receipt: id, detail }];
}

function misplaced({ name, receipt }: StoredReceipt): string | undefined {
  if (receipt.session !== name.session) return `it says that it is of session ${receipt.session}`;
  if (receipt.n !== name.n) return `it says that it is number ${receipt.n}`;
  return receipt.id === name.id ? undefined : `it says that it is ${receipt.id}`;
}

function forks(session: string, ordered: readonly StoredReceipt[]): readonly RunFinding[] {
  return [...byNumber(ordered)].flatMap(([n, same]): readonly RunFinding[] => {
    if (same.length === 1) return [];
    return [{ kind: "chain-forked", session, n, receipts: same.map(({ name }) => name.id) }];
  });
}

function byNumber(ordered: readonly StoredReceipt[]): ReadonlyMap<number, readonly StoredReceipt[]> {
  const map = new Map<number, StoredReceipt[]>();
  for (const stored of ordered) {
    map.set(stored.receipt.n, [...(map.get(stored.receipt.n) ?? []), stored]);
  }
  return map;
}

/** A number whose file cannot be read is not missing: that was already said of it. */
function gaps(chain: Chain, ordered: readonly StoredReceipt[]): readonly RunFinding[] {
  const present = new Set([
    ...ordered.map(({ receipt }) => receipt.n),
    ...chain.unreadable.map(({ name }) => name.n),
  ]);
  const recorded = chain.end.kind === "recorded" ? chain.end.receipts.count : 0;
  const last = Math.max(recorded, ...present);
  const missing = Array.from({ length: last }, (_, index) => index + 1).filter((n) => !present.has(n));
  const excused = excusedOf(chain, missing);
  return [
    ...prunedFinding(chain, excused.length),
    ...missing
      .filter((n) => !excused.includes(n))
      .map((n): RunFinding => ({ kind: "receipt-missing", session: chain.session, n })),
  ];
}

/**
 * Pruning takes the oldest first, and is on record before. So what it left of a chain is its end, and none
 * of that is younger: else the session came back, or was in use and stayed.
 */
function excusedOf({ receipts, pruned }: Chain, missing: readonly number[]): readonly number[] {
  if (pruned === undefined) return [];
  const { count } = pruned.receipts;
  if (receipts.some(({ receipt }) => receipt.n <= count && receipt.at > pruned.at)) return [];
  return missing.filter((n, index) => n <= count && n === index + 1);
}

/** Pruning takes a chain as a whole: where a part of it stands, it was cut short, or somebody else removed the rest. */
function prunedFinding({ session, pruned }: Chain, missing: number): readonly RunFinding[] {
  return pruned === undefined || missing === 0
    ? []
    : [{ kind: "chain-pruned", session, at: pruned.at, receipts: missing }];
}

function brokenLinks(session: string, ordered: readonly StoredReceipt[]): readonly RunFinding[] {
  const numbered = byNumber(ordered);
  return ordered.flatMap(({ name, receipt }): readonly RunFinding[] => {
    if (receipt.n === 1) {
      if (receipt.previous === null) return [];
      return [
        {
          kind: "receipt-edited",
          session,
          receipt: name.id,
          detail: "the first receipt names one before it",
        },
      ];
    }
    const before = numbered.get(receipt.n - 1) ?? [];
    if (before.some(({ digest }) => digest === receipt.previous)) return [];
    return before.map((stored) => ({
      kind: "receipt-edited",
      session,
      receipt: stored.name.id,
      detail: `receipt ${receipt.n} holds another digest of it`,
    }));
  });
}

function checkEnd(chain: Chain, ordered: readonly StoredReceipt[]): readonly RunFinding[] {
  const { session, end } = chain;
  if (end.kind === "unreadable") {
    return [{ kind: "session-unreadable", session, path: end.path, detail: end.detail }];
  }
  if (end.kind === "none") {
    // A review that a person asked for has no session, and so no session's file.
    const asked = ordered.every(({ receipt }) => receipt.event === "review");
    return asked ? [] : [{ kind: "chain-unanchored", session }];
  }
  const { count, head } = end.receipts;
  const last = ordered.filter(({ receipt }) => receipt.n === count);
  const later = ordered.filter(({ receipt }) => receipt.n > count);
  const edited: readonly RunFinding[] = last.some(({ digest }) => digest === head)
    ? []
    : last.map(({ name }) => ({
        kind: "receipt-edited",
        session,
        receipt: name.id,
        detail: "the session's file holds another digest of it",
      }));
  const unrecorded = later.map(({ name }): RunFinding => {
    return { kind: "receipt-unrecorded", session, receipt: name.id };
  });
  return [...edited, ...unrecorded];
}
