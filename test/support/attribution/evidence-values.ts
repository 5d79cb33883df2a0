import { sha256 } from "#base/digest.ts";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { FileEdit, ToolRecord } from "#claude/transcript/tool-records.ts";
import { type Attribution, attribute } from "#gate/attribution/attribution.ts";
import type { FileState } from "#gate/attribution/file-state.ts";
import { type KnownState, stretchesOf } from "#gate/attribution/stretches.ts";
import { type OtherSession, takeSides, type Work } from "#gate/attribution/take-sides.ts";

/** Files of a tree: a text, or a state for whatever is no text. */
type Files = Readonly<Record<string, string | FileState>>;

/** A tree at a moment: taken from `at` to one millisecond later. */
export type TreeAt = { readonly at: number; readonly files: Files; readonly mixed?: boolean };

export function edited(path: string, at: number, edit: FileEdit): ToolRecord {
  return { kind: "edit", tool: "Edit", path, edit, at: new Date(at), endedAt: new Date(at + 1) };
}

export function ran(at: number, endedAt: number | null): ToolRecord {
  return {
    kind: "shell",
    tool: "Bash",
    at: new Date(at),
    endedAt: endedAt === null ? null : new Date(endedAt),
  };
}

export function workOf(...records: readonly ToolRecord[]): Work {
  return { whole: true, records };
}

/** Another session that began with the baseline and is reviewed by its own gate. */
export function other(work: Work, own: Partial<OtherSession> = {}): OtherSession {
  return { session: "s2", started: new Date(0), reviewedFrom: new Date(0), work, ...own };
}

/** Returns what is made of the trees, from the baseline to the snapshot, and of what the sessions did. */
export function attributed(
  trees: readonly TreeAt[],
  own: Work,
  ...others: readonly OtherSession[]
): Attribution & { readonly texts: Readonly<Record<string, string | null | undefined>> } {
  const taken = takeSides(own, others);
  const sides = own.unrecorded === true ? { ...taken, own: { ...taken.own, unrecorded: true } } : taken;
  const known = new Map<string, Files>();
  const states = trees.map(({ at, files, mixed }, index): KnownState => {
    const tree = idOf(`${index}`);
    known.set(tree, files);
    return { tree, at: new Date(at), until: new Date(at + 1), ...(mixed === undefined ? {} : { mixed }) };
  });
  const stretches = stretchesOf(states, sides.own).map((stretch) => ({
    ...stretch,
    files: difference(known.get(stretch.from.tree), known.get(stretch.to.tree)),
  }));
  const changed = new Map(
    [...difference(trees[0]?.files, trees.at(-1)?.files)].map(([path, { before, after }]) => [
      path,
      { baseline: before, snapshot: after },
    ]),
  );
  const result = attribute({ changed, sides, stretches, since: new Date(trees[0]?.at ?? 0) });
  const texts = [...result.adjusted].map(([path, state]) => [path, state === null ? null : state.text]);
  return { ...result, texts: Object.fromEntries(texts) };
}

/** A file that can only be taken as a whole. */
export function opaque(content: string, mode = "100644"): FileState {
  return { mode, object: idOf(content), text: undefined };
}

/** A text with a mode of its own. */
export function withMode(text: string, mode: string): FileState {
  return { mode, object: idOf(text), text };
}

function difference(from: Files = {}, to: Files = {}) {
  const paths = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return new Map(
    paths.flatMap((path) => {
      const [before, after] = [stateOf(from[path]), stateOf(to[path])];
      const same = before?.object === after?.object && before?.mode === after?.mode;
      return same ? [] : [[path, { before, after }] as const];
    }),
  );
}

function stateOf(file: string | FileState | undefined): FileState | null {
  if (file === undefined) return null;
  return typeof file === "string" ? withMode(file, "100644") : file;
}

function idOf(content: string): ObjectId {
  return parseShape(sha256(content).slice(0, 40), ObjectId);
}
