import { digestOf } from "#base/digest.ts";
import type { Facts } from "#claude/gate-settings.ts";
import { type FactChange, recordChange, type SettingsChange } from "#runs/settings-changes.ts";
import { confirmWatched, keepWatched, readWatched, type Watched, type WatchRoot } from "#runs/watched.ts";
import { factsOf, signatureOf } from "./watched-facts.ts";

/** Who looks, when, and which sessions live. */
export type Looking = Pick<SettingsChange, "by" | "sessions"> & {
  readonly at: Date;
  /** Whether what nobody has looked at before is to be watched from now on. */
  readonly begins: boolean;
};

/**
 * Compares what our hooks hang on with what it said before, records every change that could keep them
 * from doing their work, and remembers what it says now. What is seen for the first time is only
 * remembered.
 */
export function lookAtWatched(place: WatchRoot, all: readonly Watched[], looking: Looking): void {
  for (const watched of all) look(place, watched, looking);
}

/** Remembers what is there now as right: a person's own command made it so. */
export function acceptWatched(place: WatchRoot, all: readonly Watched[], at: Date): void {
  for (const { kind, path } of all) {
    const known = readWatched(place, { kind, path });
    remember(place, { kind, path }, { at, n: (known?.state.n ?? 0) + 1 });
  }
}

/** The files are read only where their entries changed. */
function look(place: WatchRoot, { kind, path }: Watched, { by, sessions, at, begins }: Looking): void {
  const known = readWatched(place, { kind, path });
  if (known === undefined) {
    if (begins) remember(place, { kind, path }, { at, n: 0 });
    return;
  }
  const { state, confirmed } = known;
  if (state.signature === signatureOf(state)) {
    if (by !== "keeper") confirmWatched(place, state, at);
    return;
  }
  const { facts } = remember(place, { kind, path }, { at, n: state.n + 1 });
  const changes = worthTelling(state.facts, facts);
  if (changes.length === 0) return;
  const id = digestOf([kind, path, state.n, changes]).slice(0, 20);
  recordChange(place, { id, kind, path, changes, since: confirmed, at: at.toISOString(), by, sessions });
}

/** The entries are looked at before the content: a change in between is then seen by the next look. */
function remember(
  place: WatchRoot,
  { kind, path }: Watched,
  { at, n }: { readonly at: Date; readonly n: number },
): { readonly facts: Facts } {
  const signature = signatureOf({ kind, path });
  const facts = factsOf({ kind, path });
  keepWatched(place, { kind, path, signature, facts, n, at: at.toISOString() });
  return { facts };
}

/** A hook of ours more, one of others less, and hooks that are no longer switched off weaken nothing. */
function worthTelling(was: Facts, is: Facts): FactChange[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return names
    .map((fact) => ({ fact, was: was[fact] ?? null, is: is[fact] ?? null }))
    .filter((change) => change.was !== change.is && !isStricter(change));
}

function isStricter({ fact, was, is }: FactChange): boolean {
  if (fact === "disableAllHooks" || fact === "file") return is === null;
  if (fact.startsWith("hooks.")) return holdsAll(is, was);
  return fact.startsWith("others.") && holdsAll(was, is);
}

function holdsAll(list: string | null, wanted: string | null): boolean {
  const entries = new Set((list ?? "").split("\n"));
  return (wanted ?? "").split("\n").every((entry) => entry === "" || entries.has(entry));
}
