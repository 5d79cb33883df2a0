/** What a part of an id leads to. */
export type IdSearch<N> =
  | { readonly kind: "found"; readonly name: N }
  | { readonly kind: "none" }
  /** More than one begins or ends like that, the latest first. */
  | { readonly kind: "ambiguous"; readonly ids: readonly string[] };

/**
 * Returns the record that the text means: its whole id, the only one whose id begins or ends with it, or
 * the latest one for `last`. `names` come the latest first; only of those that may be meant it is asked
 * whether they count.
 */
export function findById<N extends { readonly id: string }>(
  names: Iterable<N>,
  text: string,
  counts: (name: N) => boolean = () => true,
): IdSearch<N> {
  const alike: N[] = [];
  for (const name of names) {
    const isMeant = text === "last" || name.id.startsWith(text) || name.id.endsWith(text);
    if (!isMeant || !counts(name)) continue;
    if (text === "last" || name.id === text) return { kind: "found", name };
    alike.push(name);
  }
  const [name] = alike;
  if (name === undefined) return { kind: "none" };
  return alike.length === 1 ? { kind: "found", name } : { kind: "ambiguous", ids: alike.map(({ id }) => id) };
}
