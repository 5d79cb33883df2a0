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
