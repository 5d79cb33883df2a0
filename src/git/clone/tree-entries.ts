import { ObjectId } from "#base/ids.ts";
import type { BytePath } from "#git/path-bytes.ts";
import { idBytes, type ObjectFormat } from "./object-hash.ts";

/** One line of a tree. The name is one part of a path. */
export type TreeEntry = { readonly mode: string; readonly name: BytePath; readonly id: ObjectId };

export const FOLDER_MODE = "40000";
/** Of a submodule: its content is another repository's. */
export const SUBMODULE_MODE = "160000";
const [BLANK, NUL] = [32, 0] as const;

/** Returns the lines of a tree (`MODE NAME<NUL>ID` each, the id in bytes); nothing where it is not whole. */
export function treeEntries(content: Buffer, format: ObjectFormat): readonly TreeEntry[] | undefined {
  const entries: TreeEntry[] = [];
  const whole = eachEntry(content, format, ({ mode, name, start, end }) => {
    entries.push({ mode, name, id: ObjectId.parse(content.toString("hex", start, end)) });
  });
  return whole ? entries : undefined;
}

type RawTreeEntry = {
  readonly mode: string;
  readonly name: BytePath;
  /** Where in the tree the id begins and ends. */
  readonly start: number;
  readonly end: number;
};

/** Hands each line of a tree on. Returns whether the tree is whole. */
export function eachEntry(
  content: Buffer,
  format: ObjectFormat,
  take: (entry: RawTreeEntry) => void,
): boolean {
  const length = idBytes(format);
  for (let at = 0; at < content.length; ) {
    const blank = content.indexOf(BLANK, at);
    const nul = content.indexOf(NUL, blank + 1);
    const end = nul + 1 + length;
    if (blank < 0 || nul < 0 || end > content.length) return false;
    const mode = content.toString("latin1", at, blank);
    take({ mode, name: content.toString("latin1", blank + 1, nul), start: nul + 1, end });
    at = end;
  }
  return true;
}
