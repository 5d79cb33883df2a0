import { ObjectId } from "#base/ids.ts";
import type { BytePath } from "#git/path-bytes.ts";
import type { OpenClone } from "./open-clone.ts";
import { eachEntry, FOLDER_MODE } from "./tree-entries.ts";

/** What stands at one place in each tree: its mode and id, or null for nothing. */
export type EntriesInTrees = ReadonlyMap<ObjectId, Standing | null>;
type Standing = { readonly mode: string; readonly id: ObjectId };

/** So many questions wait for git at a time. */
const BATCH = 2048;
/** Plugins of one clone lie beside each other, so that the same trees are looked into for each. */
const MOST_KEPT_BYTES = 64 * 1024 * 1024;

/**
 * Returns what stands at a path in each of the trees; nothing where a tree on the way cannot be read.
 *
 * @throws GitFault `git-timed-out` once the signal has fired that the clone was opened with.
 */
export async function entriesInTrees(
  clone: OpenClone,
  roots: readonly ObjectId[],
  parts: readonly BytePath[],
): Promise<EntriesInTrees | undefined> {
  let standing = new Map<ObjectId, Standing | null>(roots.map((id) => [id, { mode: FOLDER_MODE, id }]));
  for (const part of parts) {
    const folders = [...standing.values()].flatMap((one) => (one?.mode === FOLDER_MODE ? one.id : []));
    const inside = await lookedInto(clone, [...new Set(folders)], part);
    if (inside === undefined) return undefined;
    standing = new Map(
      [...standing].map(([root, one]) => [root, one === null ? null : (inside.get(one.id) ?? null)]),
    );
  }
  return standing;
}

async function lookedInto(
  clone: OpenClone,
  trees: readonly ObjectId[],
  part: BytePath,
): Promise<Map<ObjectId, Standing | null> | undefined> {
  const found = new Map<ObjectId, Standing | null>();
  for (let from = 0; from < trees.length; from += BATCH) {
    const batch = trees.slice(from, from + BATCH);
    const contents = await Promise.all(batch.map((tree) => contentOf(clone, tree)));
    for (const [index, tree] of batch.entries()) {
      const content = contents[index];
      const entry = content === undefined ? undefined : entryIn(clone, content, part);
      if (entry === undefined) return undefined;
      found.set(tree, entry);
    }
  }
  return found;
}

type Kept = { bytes: number; readonly contents: Map<ObjectId, Buffer> };
const keptTrees = new WeakMap<OpenClone, Kept>();

async function contentOf(clone: OpenClone, tree: ObjectId): Promise<Buffer | undefined> {
  const kept = keptTrees.get(clone) ?? { bytes: 0, contents: new Map<ObjectId, Buffer>() };
  keptTrees.set(clone, kept);
  const known = kept.contents.get(tree);
  if (known !== undefined) return known;
  const answer = await clone.objects.read(tree);
  if (answer.kind !== "object" || answer.type !== "tree") return undefined;
  if (kept.bytes + answer.content.length <= MOST_KEPT_BYTES) {
    kept.bytes += answer.content.length;
    kept.contents.set(tree, answer.content);
  }
  return answer.content;
}

/** Nothing where the tree is not whole. */
function entryIn(clone: OpenClone, content: Buffer, part: BytePath): Standing | null | undefined {
  let found: Standing | null = null;
  const whole = eachEntry(content, clone.config.objectFormat, ({ mode, name, start, end }) => {
    if (name === part) found = { mode, id: ObjectId.parse(content.toString("hex", start, end)) };
  });
  return whole ? found : undefined;
}
