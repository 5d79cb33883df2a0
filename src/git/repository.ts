/** One work tree and where git keeps what belongs to it. All paths are absolute and real. */
export type Repository = {
  /** Top of the work tree. */
  readonly root: string;
  /** `.git` of this work tree; for a linked worktree the folder under `worktrees/`. */
  readonly gitDirectory: string;
  /** The folder that all worktrees of the repository share. */
  readonly commonDirectory: string;
  readonly objectFormat: "sha1" | "sha256";
};

/**
 * A bare repository of ours beside one of the user's: what snapshots add goes here, and what the
 * user's repository has is read from there. All paths are absolute.
 */
export type ObjectStore = {
  readonly directory: string;
  readonly objects: string;
  /** One index for each snapshot's tree, under the tree's name, written once. */
  readonly indexes: string;
  /** Private indexes while they are worked on. */
  readonly scratch: string;
};
