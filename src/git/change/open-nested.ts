import type { ObjectId } from "#base/ids.ts";
import { isGitFailed } from "#git/fault.ts";
import { type BytePath, bytePathOf, shownPath } from "#git/path-bytes.ts";
import type { RawEntry } from "#git/raw-entry.ts";
import { changedOpaque, changedRules, isRepository } from "#git/snapshot/changed-opaque.ts";
import type { Opaque } from "#git/snapshot/snapshot.ts";
import { type Graft, graftTrees } from "#git/store/graft-trees.ts";
import { objectSizes } from "#git/store/object-sizes.ts";
import type { Change } from "./change.ts";
import { GITLINK_MODE } from "./commit-links.ts";
import { differingNames } from "./differing-names.ts";
import { type InnerStates, innerStates, isLink, type TreeState, type TwoStates } from "./inner-states.ts";
import type { PatchedEntry } from "./patches.ts";
import { comparePatches } from "./tree-difference.ts";

/** A difference with the repositories inside opened, as far as they can be. */
export type Opened = {
  /** The two trees, the files of opened repositories in their places. */
  readonly from: ObjectId;
  readonly to: ObjectId;
  /** The submodules that were opened and that name another commit now. */
  readonly links: readonly PatchedEntry[];
  /** What changed and cannot be looked into, paths from the top. */
  readonly opaque: readonly Opaque[];
  /** The hiding rules that differ in an opened repository. */
  readonly rules: Change["rules"];
  /** How many files differ in opened repositories. */
  readonly files: number;
};

/** Repositories inside one another are opened so deep, as deep as a snapshot looks. */
export const NESTING_DEPTH = 4;

/** With more files that differ in them, a repository stays closed: a cloned project is one line, not 100,000. */
const MAX_FILES = 5000;

/** A work tree with all repositories around it. */
type Level = TwoStates & {
  /** Where it lies, from the top, with a slash at the end. */
  readonly prefix: BytePath;
  readonly depth: number;
  /** How many more files may differ. */
  readonly room: number;
};

type OpenedPlace = InnerStates & { readonly opened: Opened };

/**
 * Returns the two states with the files of submodules and nested repositories put into their trees,
 * so that one comparison shows all. A repository stays closed, and is named as opaque, where its
 * files were not recorded or are gone, where it lies too deep, or where too much in it differs.
 *
 * @throws GitFault
 */
export async function openNested(states: TwoStates, signal: AbortSignal): Promise<Opened> {
  const level = { ...states, prefix: "", depth: NESTING_DEPTH, room: MAX_FILES };
  return await openLevel(level, await differingNames(level, signal), signal);
}

async function openLevel(level: Level, names: readonly RawEntry[], signal: AbortSignal): Promise<Opened> {
  const places: OpenedPlace[] = [];
  let files = 0;
  for (const place of await innerStates(level, names, signal)) {
    const opened = await openPlace({ ...level, room: level.room - files }, place, signal);
    if (opened === undefined) continue;
    files += opened.files;
    places.push({ ...place, opened });
  }
  const open = new Set(places.map(({ path }) => path));
  const links = names.filter((entry) => isLink(entry) && open.has(entry.path));
  const closed = names.filter((entry) => isLink(entry) && !open.has(entry.path));
  const inside = places.map(({ opened }) => opened);
  return {
    from: await graftSide(level, "before", places, signal),
    to: await graftSide(level, "after", places, signal),
    links: [...(await linkPatches(level, links, signal)), ...inside.flatMap((each) => each.links)],
    opaque: [...stillOpaque(level, open, closed), ...inside.flatMap((each) => each.opaque)],
    rules: [...new Set(places.flatMap((place) => [...rulesOf(level, place), ...place.opened.rules]))],
    files,
  };
}

/** Returns `undefined` where it stays closed. */
async function openPlace(
  level: Level,
  { path, before, after }: InnerStates,
  signal: AbortSignal,
): Promise<Opened | undefined> {
  if (before === "unknown" || after === "unknown" || level.depth === 0) return undefined;
  const prefix = `${level.prefix}${path}/`;
  try {
    const inner = { ...level, before, after, prefix, depth: level.depth - 1 };
    const names = await differingNames(inner, signal);
    if (names.length > level.room) return undefined;
    if (after === undefined && (await isLost(level, names, signal))) return undefined;
    const opened = await openLevel({ ...inner, room: level.room - names.length }, names, signal);
    return { ...opened, files: opened.files + names.length };
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return undefined;
  }
}

/** A repository that was removed with its contents: nothing is left to show of it but names. */
async function isLost({ store }: Level, names: readonly RawEntry[], signal: AbortSignal): Promise<boolean> {
  const files = names.filter(({ oldMode }) => oldMode !== GITLINK_MODE);
  const blobs = [...new Set(files.map(({ oldBlob }) => oldBlob).filter((blob) => blob !== undefined))];
  return (await objectSizes(store, blobs, signal)).size < blobs.length;
}

async function graftSide(
  level: Level,
  side: "before" | "after",
  places: readonly OpenedPlace[],
  signal: AbortSignal,
): Promise<ObjectId> {
  const grafts = places
    .filter((place) => place[side] !== undefined)
    .map(({ path, opened }): [BytePath, Graft] => [
      path,
      { type: "tree", object: side === "before" ? opened.from : opened.to },
    ]);
  return await graftTrees(level.store, level[side]?.tree, new Map(grafts), signal);
}

/** The files stand in the submodule's place: that it names another commit is told beside them. */
async function linkPatches(
  { store, prefix }: Level,
  links: readonly RawEntry[],
  signal: AbortSignal,
): Promise<readonly PatchedEntry[]> {
  if (links.length === 0) return [];
  const side = async (name: "oldBlob" | "newBlob") => {
    const grafts = links.flatMap((link): [BytePath, Graft][] => {
      const object = link[name];
      return object === undefined ? [] : [[`${prefix}${link.path}`, { type: "commit", object }]];
    });
    return await graftTrees(store, undefined, new Map(grafts), signal);
  };
  return await comparePatches(
    { store, from: await side("oldBlob"), to: await side("newBlob") },
    false,
    signal,
  );
}

function stillOpaque(
  { before, after, prefix }: Level,
  open: ReadonlySet<BytePath>,
  closed: readonly RawEntry[],
): readonly Opaque[] {
  const changed = changedOpaque(before?.opaque ?? [], after?.opaque ?? []).filter(
    (entry) => !(isRepository(entry) && open.has(bytePathOf(entry.path))),
  );
  const entries = [...changed, ...unseenLinks(closed, changed)];
  return entries.map((entry) => ({ ...entry, path: `${shownPath(prefix)}${entry.path}` }));
}

/** Returns the submodules of which only the commit's name can be shown. One that went says all by that. */
export function unseenLinks(links: readonly RawEntry[], known: readonly Opaque[]): readonly Opaque[] {
  const named = new Set(known.map(({ path }) => path));
  return links.flatMap(({ path, newMode, newBlob }): Opaque[] =>
    newMode === GITLINK_MODE && newBlob !== undefined && !named.has(shownPath(path))
      ? [{ path: shownPath(path), kind: "submodule", state: newBlob }]
      : [],
  );
}

/** A new repository brings rules of its own: what counts is how they differ from those around it. */
function rulesOf({ after: around }: Level, { before, after }: InnerStates): Change["rules"] {
  const earlier = before === undefined ? around?.rules : stateRules(before);
  const later = after === undefined ? undefined : stateRules(after);
  return earlier === undefined || later === undefined ? [] : changedRules(earlier, later);
}

function stateRules(state: TreeState | "unknown") {
  return state === "unknown" ? undefined : state.rules;
}
