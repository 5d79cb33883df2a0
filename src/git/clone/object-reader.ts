import type { ObjectId } from "#base/ids.ts";
import { clip, oneLine } from "#base/text.ts";
import { GitFault } from "#git/fault.ts";
import type { GitPlace } from "#git/git-place.ts";
import { endGroup, untilAborted } from "#git/process-group.ts";
import { startGit } from "#git/start-git.ts";
import { hashObject, type ObjectFormat, type ObjectType } from "./object-hash.ts";

/** What an object store gave for a name. Content that is not what it is named after is `broken`. */
export type ObjectAnswer =
  | { readonly kind: "object"; readonly type: ObjectType; readonly content: Buffer }
  | { readonly kind: "missing" }
  | { readonly kind: "too-large"; readonly bytes: number }
  | { readonly kind: "broken"; readonly detail: string };

export type ObjectReader = {
  /**
   * Returns the object, of at most so many bytes. Any number may be asked for at once; they are read in
   * that order. Rejects with GitFault `git-timed-out` once the reader's signal has fired.
   */
  readonly read: (id: ObjectId, limit?: number) => Promise<ObjectAnswer>;
  /** Ends git. Nothing is asked for any more. */
  readonly close: () => void;
};

/** A tree of a hundred thousand entries has about 5 MB. */
const MAX_OBJECT_BYTES = 64 * 1024 * 1024;
/** Git dies of some broken objects. It is started anew so often, then the rest counts as broken too. */
const MAX_DEATHS = 50;
const DETAIL_LENGTH = 200;
const LINE_END = 10;
const TYPES: ReadonlyMap<string, ObjectType> = new Map(
  (["blob", "tree", "commit", "tag"] as const).map((type) => [type, type]),
);

/** Returns a reader of objects over one git process, which starts with the first question. */
export function readObjects(place: GitPlace, format: ObjectFormat, signal: AbortSignal): ObjectReader {
  const waiting: Question[] = [];
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
  return {
    read: (id, limit = MAX_OBJECT_BYTES) =>
      new Promise((settle, fail) => {
        if (signal.aborted) return fail(timedOut());
        const question = { id, limit, settle, fail };
        waiting.push(question);
        if (ask === undefined) start();
        else ask(question);
      }),
    close: () => {
      if (ask !== undefined) endGroup(pid);
    },
  };
}

type Question = {
  readonly id: ObjectId;
  readonly limit: number;
  readonly settle: (answer: ObjectAnswer) => void;
  readonly fail: (reason: unknown) => void;
};

/** Settles the questions one after the other, until git says nothing more. */
async function answerAll(
  chunks: AsyncIterable<Uint8Array>,
  waiting: Question[],
  format: ObjectFormat,
): Promise<void> {
  let held: Uint8Array[] = [];
  let [length, needed, skipped] = [0, 1, 0];
  for await (const chunk of chunks) {
    const passed = Math.min(skipped, chunk.length);
    skipped -= passed;
    held.push(chunk.subarray(passed));
    length += chunk.length - passed;
    // A long answer is put together once.
    if (length < needed) continue;
    const bytes = Buffer.concat(held, length);
    let at = 0;
    for (let [question] = waiting; question !== undefined; [question] = waiting) {
      const step = nextAnswer(bytes, at, question, format);
      if (step.answer === undefined) {
        needed = step.needed - at;
        break;
      }
      at = Math.min(step.end, length);
      skipped = step.end - at;
      waiting.shift();
      question.settle(step.answer);
      needed = 1;
    }
    [held, length] = [[bytes.subarray(at)], length - at];
  }
}

type Step =
  | { readonly answer: ObjectAnswer; readonly end: number }
  | { readonly answer: undefined; readonly needed: number };

/** `OBJECT TYPE SIZE`, the content, a line end; or `OBJECT missing` (git-cat-file(1)). */
function nextAnswer(bytes: Buffer, at: number, { id, limit }: Question, format: ObjectFormat): Step {
  const lineEnd = bytes.indexOf(LINE_END, at);
  if (lineEnd < 0) return { answer: undefined, needed: bytes.length + 1 };
  const head = bytes.toString("latin1", at, lineEnd);
  const [, word = "", size = ""] = head.split(" ");
  const [type, start] = [TYPES.get(word), lineEnd + 1];
  if (word === "missing") return { answer: { kind: "missing" }, end: start };
  if (type === undefined) return { answer: { kind: "broken", detail: head }, end: start };
  const end = start + Number(size);
  if (Number(size) > limit) return { answer: { kind: "too-large", bytes: Number(size) }, end: end + 1 };
  if (bytes.length < end + 1) return { answer: undefined, needed: end + 1 };
  const content = bytes.subarray(start, end);
  if (hashObject(format, type, content) === id)
    return { answer: { kind: "object", type, content }, end: end + 1 };
  const detail = `object ${id} does not hold what it is named after`;
  return { answer: { kind: "broken", detail }, end: end + 1 };
}

function timedOut(): GitFault {
  return new GitFault({ kind: "git-timed-out", command: "git cat-file" });
}
