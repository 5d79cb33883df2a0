import type { BytePath } from "#git/path-bytes.ts";

/** The folders that are looked into, as a tree of their own, with the trees that are looked for in them. */
export type WantedPlace = {
  /** By their names: what is looked at below. */
  readonly below: ReadonlyMap<BytePath, WantedPlace>;
  /** Trees that are looked for in this very place. */
  readonly trees: ReadonlySet<string>;
};

export type PlacedTree = { readonly parts: readonly BytePath[]; readonly tree: string };

/** Returns the places as a tree, so that what they have in common is looked at once. */
export function wantedPlaces(wanted: readonly PlacedTree[]): WantedPlace {
  const names = new Set(wanted.flatMap(({ parts }) => parts[0] ?? []));
  const below = [...names].map((name) => {
    const inside = wanted.filter(({ parts }) => parts[0] === name);
    return [name, wantedPlaces(inside.map(({ parts, tree }) => ({ parts: parts.slice(1), tree })))] as const;
  });
  const here = wanted.filter(({ parts }) => parts.length === 0);
  return { below: new Map(below), trees: new Set(here.map(({ tree }) => tree)) };
}

/** Returns one of the places. */
export function placeAt(top: WantedPlace, parts: readonly BytePath[]): WantedPlace | undefined {
  return parts.reduce<WantedPlace | undefined>((place, part) => place?.below.get(part), top);
}
