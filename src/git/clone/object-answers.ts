import type { ObjectId } from "#base/ids.ts";
import { isNamed, type ObjectFormat, type ObjectType } from "./object-hash.ts";

/** What an object store gave for a name. Content that is not what it is named after is `broken`. */
export type ObjectAnswer =
  | { readonly kind: "object"; readonly type: ObjectType; readonly content: Buffer }
  | { readonly kind: "missing" }
  | { readonly kind: "too-large"; readonly bytes: number }
  | { readonly kind: "broken"; readonly detail: string };

export type Question = {
  readonly id: ObjectId;
  /** In bytes. */
  readonly limit: number;
  readonly settle: (answer: ObjectAnswer) => void;
};

/** A tree of a hundred thousand entries has about 5 MB. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;
const LINE_END = 10;
const TYPES: ReadonlyMap<string, ObjectType> = new Map(
  (["blob", "tree", "commit", "tag"] as const).map((type) => [type, type]),
);

/**
 * Takes the questions away one after the other with what `git cat-file --batch` answers, until it says
 * nothing more.
 */
export async function answerAll(
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
  if (isNamed(id, { format, type, content }))
    return { answer: { kind: "object", type, content }, end: end + 1 };
  const detail = `object ${id} does not hold what it is named after`;
  return { answer: { kind: "broken", detail }, end: end + 1 };
}
