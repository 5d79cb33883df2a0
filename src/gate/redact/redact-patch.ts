import { patchParts } from "#gate/scope/patch-lines.ts";
import { type Redacted, redacted } from "./redact.ts";

/**
 * Returns the patch of one file with the secret-looking values of its lines replaced, as `redacted`
 * does it in the file itself. Headers hold names, which stay. Every line keeps its place and its mark.
 */
export function redactedPatch(patch: string): Redacted {
  const { header, hunks } = patchParts(patch);
  let count = 0;
  const texts = hunks.map((hunk) => {
    const after = redactedHunk(hunk);
    count += after.count;
    return after.text;
  });
  return { text: header + texts.join(""), count };
}

/** A hunk is judged for itself: between two of them there are lines that nobody sees. */
function redactedHunk(hunk: string): Redacted {
  const [head = "", ...lines] = hunk.split("\n");
  const body = redacted(lines.map((line) => line.slice(1)).join("\n"));
  const texts = body.text.split("\n");
  const marked = lines.map((line, index) => `${line.slice(0, 1)}${texts[index]}`);
  const around = redacted(wholeWords(head));
  return { text: [around.text, ...marked].join("\n"), count: around.count + body.count };
}

/** Git gives no more of the line that it names in a hunk's head (xdiff/xemit.c, `func_line`). */
const NAMED_BYTES = 80;
const HEAD = /^(@@ [-+,\d ]+ @@ )(.*)$/s;

/**
 * The beginning of a value has not the form that tells what it is, and may be as good as all of it. No
 * value reaches over a blank: without the last word nothing in the head is a beginning only.
 */
function wholeWords(head: string): string {
  return head.replace(HEAD, (whole, start: string, line: string) =>
    Buffer.byteLength(line, "utf8") < NAMED_BYTES ? whole : start + line.replace(/\S+$/, ""),
  );
}
