import type { ObjectId } from "#base/ids.ts";
import { isGitFailed } from "#git/fault.ts";
import type { GitPlace } from "#git/git-place.ts";
import { streamGit } from "#git/run-git.ts";
import { answerAll, MAX_OBJECT_BYTES, type ObjectAnswer, type Question } from "./object-answers.ts";
import type { ObjectFormat } from "./object-hash.ts";

export type Many = {
  readonly ids: readonly ObjectId[];
  readonly take: (answer: ObjectAnswer, index: number) => void;
};

type Store = {
  readonly place: GitPlace;
  readonly format: ObjectFormat;
  readonly read: (id: ObjectId) => Promise<ObjectAnswer>;
};

/** Git writes its answers in blocks, and so none before it was asked all (git-cat-file(1), `--buffer`). */
const AT_ONCE = ["cat-file", "--batch", "--buffer"];
/** From so many on, a git of their own costs less than it saves. */
const MANY = 256;
/** So many are asked of one. */
const MOST_AT_ONCE = 8192;

/**
 * Reads objects, and hands each answer on with the index of its name, in any order.
 *
 * @throws GitFault `git-timed-out` when the signal fires, `git-missing`.
 */
export async function readEach(store: Store, { ids, take }: Many, signal: AbortSignal): Promise<void> {
  for (let from = 0; from < ids.length; from += MOST_AT_ONCE) {
    const part = ids.slice(from, from + MOST_AT_ONCE).map((id, index) => ({ id, index: from + index }));
    const left = part.length < MANY ? part : await readAtOnce(store, { asked: part, take }, signal);
    await Promise.all(left.map(async ({ id, index }) => take(await store.read(id), index)));
  }
}

type Asked = { readonly id: ObjectId; readonly index: number };
type Questions = { readonly asked: readonly Asked[]; readonly take: Many["take"] };

/** Returns what was not answered: git dies of some broken objects. */
async function readAtOnce(
  { place, format }: Store,
  { asked, take }: Questions,
  signal: AbortSignal,
): Promise<readonly Asked[]> {
  const waiting = asked.map(
    ({ id, index }): Question => ({ id, limit: MAX_OBJECT_BYTES, settle: (answer) => take(answer, index) }),
  );
  const read = (chunks: AsyncIterable<Uint8Array>) => answerAll(chunks, waiting, format);
  const input = Buffer.from(asked.map(({ id }) => `${id}\n`).join(""));
  try {
    await streamGit(place, { arguments: AT_ONCE, input, read }, signal);
  } catch (error) {
    // What it said before it died counts; the rest is asked one by one.
    if (!isGitFailed(error)) throw error;
  }
  return asked.slice(asked.length - waiting.length);
}
