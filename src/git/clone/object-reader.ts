import type { ObjectId } from "#base/ids.ts";
import { clip, oneLine } from "#base/text.ts";
import { GitFault } from "#git/fault.ts";
import type { GitPlace } from "#git/git-place.ts";
import { endGroup, untilAborted } from "#git/process-group.ts";
import { startGit } from "#git/start-git.ts";
import { answerAll, MAX_OBJECT_BYTES, type ObjectAnswer, type Question } from "./object-answers.ts";
import type { ObjectFormat } from "./object-hash.ts";
import { type Many, readEach } from "./read-each.ts";

export type ObjectReader = {
  /**
   * Returns the object, of at most so many bytes. Any number may be asked for at once; they are read in
   * that order. Rejects with GitFault `git-timed-out` once the reader's signal has fired.
   */
  readonly read: (id: ObjectId, limit?: number) => Promise<ObjectAnswer>;
  /** Reads many, and hands each answer on with its index, in any order. Rejects as `read` does. */
  readonly readEach: (ids: readonly ObjectId[], take: Many["take"]) => Promise<void>;
  /** Ends git. Nothing is asked for any more. */
  readonly close: () => void;
};

/** Git dies of some broken objects. It is started anew so often, then the rest counts as broken too. */
const MAX_DEATHS = 50;
const DETAIL_LENGTH = 200;

/** Returns a reader of objects over one git process, which starts with the first question. */
export function readObjects(place: GitPlace, format: ObjectFormat, signal: AbortSignal): ObjectReader {
  const reader = readOneByOne(place, format, signal);
  const { read } = reader;
  return { ...reader, readEach: (ids, take) => readEach({ place, format, read }, { ids, take }, signal) };
}

function readOneByOne(
  place: GitPlace,
  format: ObjectFormat,
  signal: AbortSignal,
): Omit<ObjectReader, "readEach"> {
  const waiting: Waiting[] = [];
  let ask: ((question: Question) => void) | undefined;
  let pid: number | undefined;
  let deaths = 0;
  const start = (): void => {
    const git = startGit(place, ["cat-file", "--batch"]);
    pid = git.pid;
    const unsent: string[] = [];
    // What is asked in one breath is written at once.
    ask = ({ id }) => {
      if (unsent.push(`${id}\n`) === 1) queueMicrotask(() => git.stdin?.write(unsent.splice(0).join("")));
    };
    for (const question of waiting) ask(question);
    const answered = answerAll(git.stdout, waiting, format);
    const ended = Promise.all([answered, git.ended]).then(([, { errors }]) => errors);
    void untilAborted(ended, git.pid, signal, timedOut).then(died, failAll);
  };
  const failAll = (reason: unknown): void => {
    for (const { fail } of waiting.splice(0)) fail(reason);
  };
  const died = (errors: Buffer): void => {
    ask = undefined;
    deaths += 1;
    const detail = clip(oneLine(errors.toString("utf8")), DETAIL_LENGTH);
    const lost = waiting.splice(0, deaths > MAX_DEATHS ? waiting.length : 1);
    for (const { settle } of lost)
      settle({ kind: "broken", detail: detail || "git ended without an answer" });
    if (waiting.length > 0) start();
  };
  const read = (id: ObjectId, limit = MAX_OBJECT_BYTES) =>
    new Promise<ObjectAnswer>((settle, fail) => {
      if (signal.aborted) return fail(timedOut());
      const question = { id, limit, settle, fail };
      waiting.push(question);
      if (ask === undefined) start();
      else ask(question);
    });
  return {
    read,
    close: () => {
      if (ask !== undefined) endGroup(pid);
    },
  };
}

/** A question to the git that answers one by one. */
type Waiting = Question & { readonly fail: (reason: unknown) => void };

function timedOut(): GitFault {
  return new GitFault({ kind: "git-timed-out", command: "git cat-file" });
}
