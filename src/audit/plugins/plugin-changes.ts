import type { PluginState } from "./plugin-state.ts";

/** How one plugin differs between two times, or between a lock and this machine. */
export type PluginChange = { readonly host: PluginState["host"]; readonly id: string } & (
  | { readonly kind: "appeared"; readonly now: PluginState }
  | { readonly kind: "disappeared"; readonly before: PluginState }
  /** The marketplace or the place in it is another one. */
  | { readonly kind: "source-changed"; readonly before: PluginState; readonly now: PluginState }
  | { readonly kind: "content-changed"; readonly before: PluginState; readonly now: PluginState }
  /** On one side the files could not be read: nothing is known of the content. */
  | { readonly kind: "not-comparable"; readonly before: PluginState; readonly now: PluginState }
);

/**
 * Returns how what is loaded changed, by host and id. The content is that of the files: the same files
 * under another commit or version name are no change, and an unchanged name does not hide one.
 */
export function changesBetween(
  before: readonly PluginState[],
  now: readonly PluginState[],
): readonly PluginChange[] {
  const appeared = now
    .filter((state) => !before.some((was) => keyOf(was) === keyOf(state)))
    .map((state): PluginChange => ({ kind: "appeared", host: state.host, id: state.id, now: state }));
  const others = before.flatMap((was) => {
    const is = now.find((state) => keyOf(state) === keyOf(was));
    return changesOf(was, is);
  });
  return [...appeared, ...others].sort((a, b) => Number(keyOf(a) > keyOf(b)) - Number(keyOf(a) < keyOf(b)));
}

function keyOf({ host, id }: Pick<PluginState, "host" | "id">): string {
  return `${host} ${id}`;
}

function changesOf(before: PluginState, now: PluginState | undefined): readonly PluginChange[] {
  const { host, id } = before;
  if (now === undefined) return [{ kind: "disappeared", host, id, before }];
  const found: PluginChange[] = [];
  if (!sameSource(before, now)) found.push({ kind: "source-changed", host, id, before, now });
  if (before.tree === null || now.tree === null)
    found.push({ kind: "not-comparable", host, id, before, now });
  else if (before.tree !== now.tree) found.push({ kind: "content-changed", host, id, before, now });
  return found;
}

function sameSource({ source: a }: PluginState, { source: b }: PluginState): boolean {
  return (
    a.marketplace === b.marketplace &&
    a.kind === b.kind &&
    a.from === b.from &&
    a.ref === b.ref &&
    a.path === b.path
  );
}
