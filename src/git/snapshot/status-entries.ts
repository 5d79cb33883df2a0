import { GitFault } from "#git/fault.ts";
import { type BytePath, splitNul } from "#git/path-bytes.ts";
import type { WorkTreeState } from "./work-tree-state.ts";

type Listing = { readonly [Name in keyof WorkTreeState]: BytePath[] };

/** Of an entry's fields: the first mode, the mode of the file in the work tree, the path (git-status(1), "Porcelain Format Version 2"). */
type Layout = { readonly first: number; readonly present: number; readonly path: number };
const ORDINARY: Layout = { first: 3, present: 5, path: 8 };
const UNMERGED: Layout = { first: 3, present: 6, path: 10 };

const NO_FILE = "000000";
const SUBMODULE = "160000";

/**
 * Returns what `git status --porcelain=v2 -z` says.
 *
 * @throws GitFault on an entry that is not known, as a rename would be, or not whole.
 */
export function parseStatus(output: Buffer): WorkTreeState {
  const found: Listing = { changed: [], gone: [], untracked: [], nested: [], ignored: [], closed: [] };
  for (const entry of splitNul(output)) take(entry, found);
  return found;
}

function take(entry: string, found: Listing): void {
  const path = entry.slice(2);
  if (path === "" || path === "/") throw unknownEntry(entry);
  switch (entry.charAt(0)) {
    case "?":
      if (path.endsWith("/")) found.nested.push(path.slice(0, -1));
      else found.untracked.push(path);
      return;
    case "!":
      found.ignored.push(path);
      return;
    case "1":
      if (entry.charAt(3) !== ".") takeTracked(entry, ORDINARY, found);
      return;
    case "u":
      takeTracked(entry, UNMERGED, found);
      return;
    case "#":
      return;
    default:
      throw unknownEntry(entry);
  }
}

/** A file in whose place a repository stands is gone; a submodule at another commit is not. */
function takeTracked(entry: string, layout: Layout, found: Listing): void {
  const fields = entry.split(" ");
  if ((fields[layout.path] ?? "") === "" && fields.length <= layout.path + 1) throw unknownEntry(entry);
  const present = fields[layout.present];
  const was = fields.slice(layout.first, layout.present);
  const gone = present === NO_FILE || (present === SUBMODULE && !was.includes(SUBMODULE));
  (gone ? found.gone : found.changed).push(fields.slice(layout.path).join(" "));
}

function unknownEntry(entry: string): GitFault {
  const detail = `unknown entry of kind ${entry.charAt(0)}`;
  return new GitFault({ kind: "git-failed", command: "git status", exitCode: 0, detail });
}
