import { ObjectId } from "#base/ids.ts";
import type { BytePath } from "#git/path-bytes.ts";
import type { ObjectAnswer } from "./object-answers.ts";
import type { OpenClone } from "./open-clone.ts";
import { eachEntry, FOLDER_MODE } from "./tree-entries.ts";

/** What stands at one place in each of some trees, as numbers: equal ones are the very same thing. */
export type Standing = {
  /** In the order of the trees. `NOTHING` where nothing stands there, `UNREAD` where a tree on the way cannot be read. */
  readonly numbers: Int32Array;
  /** Returns which number a folder with that tree has; nothing where there is none. */
  readonly numberOf: (tree: ObjectId) => number | undefined;
  readonly isFolder: (number: number) => boolean;
};

export const NOTHING = 0;
export const UNREAD = -1;
/** After so many trees it is said again. */
const BATCH = 2048;

/**
 * Says at which places of a clone's trees somebody will want to know what stands there. A tree that is
 * gone through once then answers for all of them; without it, it is gone through again for a new place.
 */
export function announcePlaces(clone: OpenClone, places: readonly (readonly BytePath[])[]): void {
  for (const parts of places) parts.reduce(placeBelow, topOf(clone));
}

/**
 * Returns what stands at a place in each of the trees. Each distinct tree on the way is read once, however
 * many commits have it and whoever asks; `onRead` is told how many more were.
 *
 * @throws GitFault `git-timed-out` once the signal has fired that the clone was opened with.
 */
export async function standingAt(
  clone: OpenClone,
  { roots, parts }: { readonly roots: readonly ObjectId[]; readonly parts: readonly BytePath[] },
  onRead: (trees: number) => void = () => undefined,
): Promise<Standing> {
  let place = topOf(clone);
  let numbers = Int32Array.from(roots, (root) => numbered(place, root, root));
  for (const part of parts) {
    const [above, below] = [place, placeBelow(place, part)];
    await readInTurn(clone, { place: above, numbers, onRead });
    numbers = numbers.map((number) => (number > NOTHING ? insideOf(above, number, below) : number));
    place = below;
  }
  const { known, things } = place;
  return { numbers, numberOf: (tree) => known.get(tree), isFolder: (number) => things[number] != null };
}

/** One place in all trees of a clone. */
type Place = {
  readonly below: Map<BytePath, Place>;
  /** Where it stands in the rows of the place above. */
  readonly index: number;
  /** All that stands here somewhere, by number: trees of folders, null for what is none. */
  readonly things: (ObjectId | null)[];
  /** The numbers, by trees; those of what is no folder by mode and id. */
  readonly known: Map<string, number>;
  /** Of a folder, what stands in it at the places below; null where its tree cannot be read. */
  readonly rows: Map<number, Int32Array | null>;
  /** Settles when nobody reads here. */
  turn: Promise<void>;
};

const tops = new WeakMap<OpenClone, Place>();

function topOf(clone: OpenClone): Place {
  const top = tops.get(clone) ?? emptyPlace(0);
  tops.set(clone, top);
  return top;
}

function emptyPlace(index: number): Place {
  return {
    below: new Map(),
    index,
    things: [null],
    known: new Map(),
    rows: new Map(),
    turn: Promise.resolve(),
  };
}

function placeBelow(place: Place, part: BytePath): Place {
  const below = place.below.get(part) ?? emptyPlace(place.below.size);
  place.below.set(part, below);
  return below;
}

/** Returns the number of what stands in a place, a new one where it was not seen there before. */
function numbered({ known, things }: Place, key: string, tree: ObjectId | null): number {
  const number = known.get(key) ?? things.push(tree) - 1;
  known.set(key, number);
  return number;
}

function insideOf({ things, rows }: Place, number: number, below: Place): number {
  if (things[number] == null) return NOTHING;
  return rows.get(number)?.[below.index] ?? UNREAD;
}

type Reading = {
  readonly place: Place;
  readonly numbers: Int32Array;
  readonly onRead: (trees: number) => void;
};

/** Who asks for what another is reading waits for it, and does not read it too. */
async function readInTurn(clone: OpenClone, reading: Reading): Promise<void> {
  const { place } = reading;
  const own = place.turn.then(() => readRows(clone, reading));
  // Who asked is told why it failed; who comes next tries by itself.
  place.turn = own.catch(() => undefined);
  await own;
}

async function readRows(clone: OpenClone, { place, numbers, onRead }: Reading): Promise<void> {
  const isDue = (number: number): boolean => {
    const row = place.rows.get(number);
    return row === undefined || (row !== null && row.length < place.below.size);
  };
  const due = [...new Set(numbers)].flatMap((number) => {
    const tree = place.things[number];
    return tree != null && isDue(number) ? [{ number, tree }] : [];
  });
  let read = 0;
  const take = (answer: ObjectAnswer, index: number): void => {
    const number = due[index]?.number;
    if (number !== undefined) place.rows.set(number, rowOf(clone, place, answer));
    read += 1;
    if (read % BATCH === 0) onRead(BATCH);
  };
  await clone.objects.readEach(
    due.map(({ tree }) => tree),
    take,
  );
  onRead(read % BATCH);
}

function rowOf(clone: OpenClone, place: Place, answer: ObjectAnswer): Int32Array | null {
  if (answer.kind !== "object" || answer.type !== "tree") return null;
  const { content } = answer;
  const row = new Int32Array(place.below.size);
  const whole = eachEntry(content, clone.config.objectFormat, ({ mode, name, start, end }) => {
    const below = place.below.get(name);
    if (below === undefined) return;
    const id = content.toString("hex", start, end);
    const isFolder = mode === FOLDER_MODE;
    const key = isFolder ? id : `${mode} ${id}`;
    row[below.index] = below.known.get(key) ?? numbered(below, key, isFolder ? ObjectId.parse(id) : null);
  });
  return whole ? row : null;
}
