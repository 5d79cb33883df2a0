import type { LedgerLine } from "#runs/records/ledger-line.ts";
import type { LedgerRead } from "#runs/records/ledger-lines.ts";

/** A line in its place, and whether those around it vouch for it. */
export type LedgerEntry = Pick<LedgerLine, "n" | "at" | "part" | "digest"> & {
  /** Why it is not what was written, where that shows. */
  readonly doubt: string | undefined;
};

export type LedgerTrouble =
  /** The line is not the one that the next line names, or is out of its place. */
  | { readonly kind: "ledger-broken"; readonly line: number; readonly detail: string }
  | { readonly kind: "ledger-unreadable"; readonly line: number; readonly detail: string }
  /** The last line has no end: its writer died, or writes just now. */
  | { readonly kind: "ledger-torn"; readonly line: number };

export type LedgerAudit = {
  /** The lines of each run and receipt, in order, by its id. */
  readonly entries: ReadonlyMap<string, readonly LedgerEntry[]>;
  readonly troubles: readonly LedgerTrouble[];
  readonly lines: number;
  /** The digest of the last line: what has to be kept elsewhere to vouch for all of it. */
  readonly head: string | undefined;
};

/** A file that was broken on purpose could have a trouble in every line. */
const MOST_TROUBLES = 1_000;

type Mutable = { -readonly [K in keyof LedgerEntry]: LedgerEntry[K] };

/** The line that was looked at last: what the next one has to go on from. */
type Before = {
  readonly n: number;
  readonly digest: string | null;
  readonly entry: Mutable | undefined;
};

/**
 * Checks that the ledger of runs is one chain: each line in its place, and named by its digest in the next.
 * A line of which one of both does not hold vouches for nothing, for which of two neighbours was edited
 * does not show. The last line is vouched for by none; a chain that was written anew from end to end holds.
 */
export function checkLedger(lines: Iterable<LedgerRead>): LedgerAudit {
  const entries = new Map<string, LedgerEntry[]>();
  const troubles: LedgerTrouble[] = [];
  let before: Before = { n: 0, digest: null, entry: undefined };
  let count = 0;
  for (const read of lines) {
    count = read.number;
    const detail = whyBroken(read, before);
    const trouble = troubleOf(read, detail);
    if (trouble !== undefined && troubles.length < MOST_TROUBLES) troubles.push(trouble);
    if (detail !== undefined && before.entry !== undefined) before.entry.doubt ??= doubtOf(read, detail);
    if (read.kind === "unreadable") {
      before = { n: before.n + 1, digest: read.digest, entry: undefined };
      continue;
    }
    const { n, at, record, part, digest } = read.line;
    const entry: Mutable = { n, at, part, digest, doubt: detail && doubtOf(read, detail) };
    const known = entries.get(record);
    if (known === undefined) entries.set(record, [entry]);
    else known.push(entry);
    before = { n, digest: read.digest, entry };
  }
  return { entries, troubles, lines: count, head: before.digest ?? undefined };
}

function whyBroken(read: LedgerRead, before: Before): string | undefined {
  if (read.kind === "unreadable") return undefined;
  const { n, previous } = read.line;
  if (previous !== before.digest) return "it holds another digest of the line before";
  return n === before.n + 1 ? undefined : `it says that it is line ${n}, after line ${before.n}`;
}

function doubtOf({ number }: LedgerRead, detail: string): string {
  return `line ${number} of the ledger: ${detail}`;
}

function troubleOf(read: LedgerRead, detail: string | undefined): LedgerTrouble | undefined {
  const { number: line } = read;
  if (read.kind === "line") return detail === undefined ? undefined : { kind: "ledger-broken", line, detail };
  return read.torn ? { kind: "ledger-torn", line } : { kind: "ledger-unreadable", line, detail: read.detail };
}
