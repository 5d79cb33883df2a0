import { ObjectId } from "#base/ids.ts";
import type { OpenClone } from "./open-clone.ts";
import { eachEntry, FOLDER_MODE } from "./tree-entries.ts";
import type { WantedPlace } from "./wanted-places.ts";

/** What stands in one place throughout a history. */
export type LookedAt = {
  /**
   * The distinct trees that stand there, each with the trees of the folder above that it stands in: one of
   * them, and all of them where the tree is looked for.
   */
  readonly trees: ReadonlyMap<ObjectId, readonly ObjectId[]>;
  /** The folder above; nothing above the top. */
  readonly above: LookedAt | undefined;
};

export type LookedEverywhere = {
  readonly places: ReadonlyMap<WantedPlace, LookedAt>;
  /** Trees that are not here or broken: what they hold was not looked at. */
  readonly unread: number;
};

export type LookOptions = {
  readonly top: WantedPlace;
  /** The trees of commits. */
  readonly roots: readonly ObjectId[];
  /** Called with the number of trees that were read so far. */
  readonly onRead: (trees: number) => void;
};

/** So many questions wait for git at a time. */
const BATCH = 2048;

/**
 * Looks into the places in all of the trees, and into each distinct tree but once, however many commits
 * have it and however many places lie in it.
 *
 * @throws GitFault `git-timed-out` once the signal has fired that the clone was opened with.
 */
export async function lookForTrees(
  clone: OpenClone,
  { top, roots, onRead }: LookOptions,
): Promise<LookedEverywhere> {
  const places = new Map<WantedPlace, LookedAt>();
  const counted = { read: 0, unread: 0 };
  const look = async (place: WantedPlace, looked: LookedAt): Promise<void> => {
    places.set(place, looked);
    if (place.below.size === 0) return;
    const inside = new Map([...place.below].map(([name, below]) => [name, insideOf(below)] as const));
    const trees = [...looked.trees.keys()];
    for (let from = 0; from < trees.length; from += BATCH) {
      const batch = trees.slice(from, from + BATCH);
      const whole = await Promise.all(batch.map((tree) => readInto(clone, tree, inside)));
      counted.read += batch.length;
      counted.unread += whole.filter((one) => !one).length;
      onRead(counted.read);
    }
    for (const { place: below, trees: found } of inside.values()) {
      await look(below, { trees: found, above: looked });
    }
  };
  await look(top, { trees: new Map(roots.map((root) => [root, []])), above: undefined });
  return { places, unread: counted.unread };
}

/** Returns the trees of commits in which that tree stands in that place. */
export function rootsWith(place: LookedAt, tree: ObjectId): ReadonlySet<ObjectId> {
  let [looked, trees] = [place, new Set([tree])];
  while (looked.above !== undefined) {
    const { trees: known, above } = looked;
    trees = new Set([...trees].flatMap((one) => known.get(one) ?? []));
    looked = above;
  }
  return trees;
}

type Inside = {
  readonly place: WantedPlace;
  readonly trees: Map<ObjectId, ObjectId[]>;
  /** By the bytes of a tree's name: where to put the folders above, or nothing where one is enough. */
  readonly known: Map<string, ObjectId[] | undefined>;
};

function insideOf(place: WantedPlace): Inside {
  return { place, trees: new Map(), known: new Map() };
}

/** Returns whether the tree could be read. */
async function readInto(
  clone: OpenClone,
  tree: ObjectId,
  inside: ReadonlyMap<string, Inside>,
): Promise<boolean> {
  const answer = await clone.objects.read(tree);
  if (answer.kind !== "object" || answer.type !== "tree") return false;
  const { content } = answer;
  return eachEntry(content, clone.config.objectFormat, ({ mode, name, start, end }) => {
    const found = mode === FOLDER_MODE ? inside.get(name) : undefined;
    if (found === undefined) return;
    const bytes = content.toString("latin1", start, end);
    if (found.known.has(bytes)) {
      found.known.get(bytes)?.push(tree);
      return;
    }
    const id = ObjectId.parse(content.toString("hex", start, end));
    const above = [tree];
    found.trees.set(id, above);
    // All of them are needed on the way to what is looked for, one is enough to name an example.
    const isNeeded = found.place.below.size > 0 || found.place.trees.has(id);
    found.known.set(bytes, isNeeded ? above : undefined);
  });
}
