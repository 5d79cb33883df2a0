import { basename, join } from "node:path";
import { type Call, UsageFault } from "#commands/command.ts";
import { type WatchedTree, watchedTree } from "#commands/hooks/watched-tree.ts";
import { findNotesRemote } from "#git/notes/notes-remote.ts";
import type { SharedNotes } from "#git/notes/remote-notes-place.ts";
import type { ObjectStore } from "#git/repository.ts";
import { openObjectStore } from "#git/store/object-store.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";

/** The work tree that a command was called in, and the store of its repository's notes. */
export type NotesPlace = {
  readonly locations: Locations;
  readonly tree: WatchedTree;
  readonly notes: ObjectStore;
};

/** Variables of git's own that say by which program it goes to the network (git(1)). */
const WAYS = ["GIT_SSH_COMMAND", "GIT_SSH"] as const;

/**
 * Returns the place of the call. All worktrees of a repository share one store of notes.
 *
 * @throws UsageFault outside of a work tree, or GitFault.
 */
export async function notesPlace(call: Call, signal: AbortSignal): Promise<NotesPlace> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  const tree = await watchedTree(locations, call.cwd, signal);
  if (tree === undefined) {
    throw new UsageFault({ kind: "usage", text: `${call.cwd} is in no work tree of a git repository` });
  }
  const folder = join(locations.notes, basename(tree.store.directory));
  return { locations, tree, notes: await openObjectStore(tree.repository, folder, signal) };
}

/**
 * Returns the remote that the call means, and how to get there.
 *
 * @throws UsageFault where there is no such remote, or GitFault.
 */
export async function sharedNotes(
  call: Call,
  { tree, notes }: NotesPlace,
  signal: AbortSignal,
): Promise<SharedNotes> {
  const wanted = call.texts.get("remote");
  const search = await findNotesRemote(tree.repository, wanted, signal);
  if (search.kind === "none") throw noRemote(wanted, search.remotes);
  const ways = WAYS.flatMap((name) => {
    const value = call.environment[name];
    return value === undefined ? [] : [[name, value]];
  });
  const environment = Object.fromEntries(ways);
  return { repository: tree.repository, store: notes, remote: search.remote, environment };
}

function noRemote(wanted: string | undefined, remotes: readonly string[]): UsageFault {
  const has = remotes.length === 0 ? "the repository has none" : `there are ${remotes.join(", ")}`;
  const text =
    wanted === undefined
      ? `no remote is the usual one here (${has}); name one with --remote`
      : `there is no remote "${wanted}" (${has}); a path or an address does too`;
  return new UsageFault({ kind: "usage", text });
}
