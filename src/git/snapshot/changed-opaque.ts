import type { Change } from "#git/change/change.ts";
import type { Opaque, Snapshot } from "./snapshot.ts";

/** Returns what appeared or differs, as it is now; what went, as it was. */
export function changedOpaque(before: readonly Opaque[], after: readonly Opaque[]): readonly Opaque[] {
  const name = (entry: Opaque) => `${entry.kind} ${entry.path}`;
  const states = new Map(before.map((entry) => [name(entry), entry.state]));
  const present = new Set(after.map(name));
  return [
    ...after.filter((entry) => states.get(name(entry)) !== entry.state),
    ...before.filter((entry) => !present.has(name(entry))),
  ];
}

/** Returns which of git's hiding rules differ. */
export function changedRules(before: Snapshot["rules"], after: Snapshot["rules"]): Change["rules"] {
  const names = ["excludes", "attributes", "filters"] as const;
  return names.filter((name) => before[name] !== after[name]);
}

/** Returns whether a repository lies there. */
export function isRepository({ kind }: Opaque): boolean {
  return kind === "submodule" || kind === "nested-repository";
}
