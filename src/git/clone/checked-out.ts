import type { ObjectId } from "#base/ids.ts";
import type { Conversion } from "./checkout-attributes.ts";

/** Git looks for a zero byte in so much of a file to tell whether it is binary; here all of it is looked at. */
const [NUL, LF, CR] = [0, 10, 13] as const;
/** `$Id$` and one that was expanded before; one with blanks within is another program's (convert.c, `ident_to_worktree`). */
const ID = /\$Id(?:\$|: ?[^ $\n]* ?\$)/g;

/** Returns the bytes that a checkout makes of a blob. */
export function checkedOut(content: Buffer, id: ObjectId, { crlf, ident }: Conversion): Buffer {
  const named = ident
    ? Buffer.from(content.toString("latin1").replace(ID, `$Id: ${id} $`), "latin1")
    : content;
  if (crlf === "none" || (crlf === "auto" && (named.includes(NUL) || named.includes(CR)))) return named;
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = named.indexOf(LF); at >= 0; at = named.indexOf(LF, at + 1)) {
    if (named[at - 1] === CR) continue;
    pieces.push(named.subarray(from, at), Buffer.from([CR]));
    from = at;
  }
  return Buffer.concat([...pieces, named.subarray(from)]);
}
