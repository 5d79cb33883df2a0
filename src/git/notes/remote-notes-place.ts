import { remotePlace } from "#git/clone/remote-place.ts";
import type { GitPlace } from "#git/git-place.ts";
import type { ObjectStore, Repository } from "#git/repository.ts";
import type { NotesRemote } from "./notes-remote.ts";

/** Whose repository, the store of its notes, and the remote that they are shared through. */
export type SharedNotes = {
  readonly repository: Repository;
  readonly store: ObjectStore;
  readonly remote: NotesRemote;
  /** Variables of the caller by which git finds its way: `GIT_SSH_COMMAND` and the like. */
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * Returns how git goes to the network for notes: it works on our store, with the account's configuration
 * and what the repository says of its remotes. A relative address counts from the top of the work tree,
 * as for git itself. Settings are handed over by environment (git-config(1), GIT_CONFIG_COUNT): a token
 * among them is in no list of processes. ssh asks nobody: it has no terminal.
 */
export function remoteNotesPlace({ repository, store, remote, environment }: SharedNotes): GitPlace {
  const settings = remote.settings.flatMap(({ key, value }, index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return remotePlace(repository.root, {
    ...environment,
    GIT_DIR: store.directory,
    GIT_CONFIG_COUNT: String(remote.settings.length),
    ...Object.fromEntries(settings),
  });
}
