import { redacted } from "#gate/redact/redact.ts";
import { patchLines } from "#gate/scope/patch-lines.ts";
import type { ShownFile, ShownScope } from "#gate/scope/scope.ts";
import type { NumberedLine } from "./quote.ts";

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
 * a later round the delta, then the whole change). `texts` holds the snapshot's content by path, as
 * it is; values are replaced here as in the patches, for findings quote what their writer was shown.
 * A file missing there is judged by the newest patch that shows it.
 */
export function evidenceOf(
  root: string,
  scopes: readonly ShownScope[],
  texts: ReadonlyMap<string, string>,
): Evidence {
  const shown = new Map<string, { newest: ShownFile; patches: string[] }>();
  for (const file of scopes.flatMap(({ files }) => files)) {
    const known = shown.get(file.file.path);
    if (known === undefined) shown.set(file.file.path, { newest: file, patches: [file.patch] });
    else known.patches.push(file.patch);
  }
  const files = [...shown.values()].map(({ newest, patches }) => ({
    path: newest.file.path,
    oldPath: newest.file.oldPath,
    newLines: newLines(texts.get(newest.file.path), newest),
    oldLines: patches.flatMap(oldSide),
  }));
  return { root, files };
}

/**
 * A line that the patch shows counts as it was shown there: beside a key of which the change removed
 * the other part, more of it may be replaced than in the file alone.
 */
function newLines(text: string | undefined, { patch, plain }: ShownFile): readonly EvidenceLine[] {
  const shown = newSide(patch);
  if (text === undefined) return shown;
  const byNumber = (lines: readonly EvidenceLine[]) => new Map(lines.map((line) => [line.number, line.text]));
  const asShown = byNumber(shown);
  const asIs = byNumber(newSide(plain));
  const raw = text.split("\n");
  return redacted(text)
    .text.split("\n")
    .map((line, index) => {
      const number = index + 1;
      const as = asShown.get(number);
      return { number, text: as !== undefined && asIs.get(number) === raw[index] ? as : line, kept: false };
    });
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
