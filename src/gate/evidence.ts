import type { CoveredFile } from "./coverage.ts";
import { patchLines } from "./patch-lines.ts";
import type { NumberedLine } from "./quote.ts";
import type { ShownScope } from "./scope.ts";

/** One line that a finding may be about. A `kept` line stands on both sides. */
export type EvidenceLine = NumberedLine & { readonly kept: boolean };

/** A file in scope, as text on both sides. */
export type EvidenceFile = {
  readonly path: string;
  readonly oldPath: string | null;
  /** The file in the snapshot, or what the patches show of it. */
  readonly newLines: readonly EvidenceLine[];
  /** What the patches show of the old file: the lines that they remove, and those around them. */
  readonly oldLines: readonly EvidenceLine[];
};

/** What the reviewer's findings are checked against. */
export type Evidence = {
  /** The top of the work tree, absolute. */
  readonly root: string;
  readonly files: readonly EvidenceFile[];
};

/**
 * Returns the evidence for the scopes that the reviewer was shown on this thread, newest first (in
 * a later round the delta, then the whole change). `texts` holds the snapshot's content by path; a
 * file missing there is judged by the newest patch that shows it.
 */
export function evidenceOf(
  root: string,
  scopes: readonly ShownScope[],
  texts: ReadonlyMap<string, string>,
): Evidence {
  const patches = new Map<string, { file: CoveredFile; patches: string[] }>();
  for (const { file, patch } of scopes.flatMap(({ files }) => files)) {
    const known = patches.get(file.path);
    if (known === undefined) patches.set(file.path, { file, patches: [patch] });
    else known.patches.push(patch);
  }
  const files = [...patches.values()].map(({ file, patches: [newest = "", ...older] }) => ({
    path: file.path,
    oldPath: file.oldPath,
    newLines: textLines(texts.get(file.path)) ?? newSide(newest),
    oldLines: [newest, ...older].flatMap(oldSide),
  }));
  return { root, files };
}

function textLines(text: string | undefined): readonly EvidenceLine[] | undefined {
  return text?.split("\n").map((line, index) => ({ number: index + 1, text: line, kept: false }));
}

function newSide(patch: string): readonly EvidenceLine[] {
  return patchLines(patch).flatMap((line) =>
    line.kind === "removed" ? [] : [{ number: line.new, text: line.text, kept: line.kind === "context" }],
  );
}

function oldSide(patch: string): readonly EvidenceLine[] {
  return patchLines(patch).flatMap((line) =>
    line.kind === "added" ? [] : [{ number: line.old, text: line.text, kept: line.kind === "context" }],
  );
}
