import type { BytePath } from "#git/path-bytes.ts";

/** How the work tree differs from the private index. */
export type WorkTreeState = {
  /** Tracked, there, and maybe not as the index has it. */
  readonly changed: readonly BytePath[];
  /** Tracked, and no longer there as what the index says. */
  readonly gone: readonly BytePath[];
  /** Untracked and not ignored. */
  readonly untracked: readonly BytePath[];
  /** Folders that are repositories of their own, and no submodules. */
  readonly nested: readonly BytePath[];
  /** Ignored; folders with a slash at the end. */
  readonly ignored: readonly BytePath[];
  /** Folders that cannot be looked into: git warns of them, and goes on as if they were empty. */
  readonly closed: readonly BytePath[];
};
