import { isGitFailed } from "#git/fault.ts";
import { shownPath } from "#git/path-bytes.ts";
import type { ObjectStore } from "#git/repository.ts";
import { emptyTree } from "#git/revision.ts";
import { isRepository } from "#git/snapshot/changed-opaque.ts";
import { digestOfAll } from "#git/snapshot/fingerprint.ts";
import type { Opaque, Snapshot } from "#git/snapshot/snapshot.ts";
import { editTree, listTree, restoreTree, type TreeEntry } from "#git/snapshot/whole-tree.ts";
import { GITLINK_MODE } from "./commit-links.ts";
import { differingNames } from "./differing-names.ts";
import { type InnerStates, innerStates, type TreeState, type TwoStates } from "./inner-states.ts";
import { NESTING_DEPTH } from "./open-nested.ts";

/**
 * Returns the snapshot with the named paths as the baseline has them: what a signature covers
 * moves on, the rest stays. A renamed file is two paths, and both must be named for it to stay
 * as it was. Where both cannot be had (a file now stands where the baseline has a folder), the
 * baseline's wins, and the rest shows up again in the next change.
 *
 * Files inside submodules and nested repositories are kept likewise, one by one; the commit that a
 * submodule is at moves on, unless the submodule itself is named. A repository whose files cannot
 * be had on both sides stays as the baseline has it, its commit too, and shows up again whole.
 *
 * @throws GitFault
 */
export async function mergeTree(
  store: ObjectStore,
  baseline: Snapshot,
  snapshot: Snapshot,
  keepPaths: readonly string[],
  signal: AbortSignal,
): Promise<Snapshot> {
  if (keepPaths.length === 0) return snapshot;
  const level = { store, before: baseline, after: snapshot, rules: snapshot.rules, depth: NESTING_DEPTH };
  return { ...snapshot, ...(await mergeLevel(level, new Set(keepPaths), signal)) };
}

/** A work tree, at the top or inside another; the rules are for where none are known. */
type Level = TwoStates & { readonly rules: Snapshot["rules"]; readonly depth: number };

async function mergeLevel(
  level: Level,
  kept: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Pick<Snapshot, "tree" | "opaque">> {
  const { store, before, after } = level;
  const lists = {
    before: await listWhole(store, before, signal),
    after: await listWhole(store, after, signal),
  };
  const { whole, mixed } = await mergeInside({ ...level, kept, lists }, signal);
  const isKept = (path: string) => kept.has(path) || around(path).some((folder) => whole.has(folder));
  const without = lists.after.filter(({ path }) => isKept(shownPath(path))).map(({ path }) => path);
  const entries = lists.before.filter(({ path }) => isKept(shownPath(path)));
  const opaque = [
    ...(after?.opaque ?? []).filter(({ path }) => !isKept(path) && !mixed.has(path)),
    ...(before?.opaque ?? []).filter(({ path }) => isKept(path)),
    ...mixed.values(),
  ];
  opaque.sort((a, b) => (a.path < b.path ? -1 : 1));
  const tree = after?.tree ?? (await emptyTree(store, signal));
  return { tree: await editTree(store, { tree, without, entries }, signal), opaque };
}

type KeptInside = Level & {
  readonly kept: ReadonlySet<string>;
  readonly lists: Readonly<Record<"before" | "after", readonly TreeEntry[]>>;
};

/** Returns the repositories inside that stay as the baseline has them, and those that are mixed. */
async function mergeInside(level: KeptInside, signal: AbortSignal) {
  const whole = new Set<string>();
  const mixed = new Map<string, Opaque>();
  const touched = new Set([...repositoriesIn(level, "before"), ...repositoriesIn(level, "after")]);
  const kept = [...level.kept].filter((path) => around(path).some((folder) => touched.has(folder)));
  if (kept.length === 0) return { whole, mixed };
  for (const inner of await innerStates(level, await differingNames(level, signal), signal)) {
    const path = shownPath(inner.path);
    const inside = kept.filter((name) => name.startsWith(`${path}/`));
    if (inside.length === 0 && !level.kept.has(path)) continue;
    const names = new Set(inside.map((name) => name.slice(path.length + 1)));
    const entry = level.kept.has(path) ? undefined : await mixedEntry(level, inner, names, signal);
    if (entry === undefined) whole.add(path);
    else mixed.set(path, entry);
  }
  return { whole, mixed };
}

/** Returns `undefined` where the files are not known, or on one side lie in the tree around them. */
async function mixedEntry(
  level: KeptInside,
  { path: place, before, after }: InnerStates,
  kept: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Opaque | undefined> {
  const path = shownPath(place);
  if (before === "unknown" || after === "unknown" || level.depth === 0) return undefined;
  const files = [...level.lists.before, ...level.lists.after];
  if (files.some((file) => file.path.startsWith(`${place}/`))) return undefined;
  const rules = after?.rules ?? before?.rules ?? level.rules;
  try {
    const { store, depth } = level;
    const merged = await mergeLevel({ store, before, after, rules, depth: depth - 1 }, kept, signal);
    const inner = { ...merged, head: null, rules };
    return { path, kind: kindAt(level, path), state: `repository ${digestOfAll(inner)}`, inner };
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return undefined;
  }
}

function kindAt({ before, after }: TwoStates, path: string): Opaque["kind"] {
  const known = [...(after?.opaque ?? []), ...(before?.opaque ?? [])].filter(isRepository);
  return known.find((entry) => entry.path === path)?.kind ?? "submodule";
}

function repositoriesIn(level: KeptInside, side: "before" | "after"): readonly string[] {
  const links = level.lists[side].filter(({ mode }) => mode === GITLINK_MODE);
  const opaque = (level[side]?.opaque ?? []).filter(isRepository);
  return [...links.map(({ path }) => shownPath(path)), ...opaque.map(({ path }) => path)];
}

/** Returns the path and the folders that it lies in. */
function around(path: string): readonly string[] {
  const names = path.split("/");
  return names.map((_name, i) => names.slice(0, i + 1).join("/"));
}

async function listWhole(
  store: ObjectStore,
  state: TreeState | undefined,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  if (state === undefined) return [];
  try {
    return await listTree(store, state.tree, signal);
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    await restoreTree(store, state.tree, signal);
    return await listTree(store, state.tree, signal);
  }
}
