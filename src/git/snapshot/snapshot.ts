import * as z from "zod/mini";
import { ObjectId } from "#base/ids.ts";

/**
 * Something in the work tree whose content is not in the snapshot's tree. Its `state` changes
 * when it changes, so that an edit inside it is never mistaken for "unchanged".
 */
export const Opaque = z.object({
  path: z.string(),
  kind: z.enum(["giant", "nested-repository", "submodule", "not-addable"]),
  state: z.string(),
  /**
   * How the repository in it stands, of a submodule or nested repository that could be asked. The
   * state alone tells whether it changed, this tells what; records of earlier versions lack it.
   */
  get inner() {
    return z.optional(Snapshot);
  },
});
export type Opaque = z.output<typeof Opaque>;

/** The working tree as it stood at one moment, untracked files included. */
export const Snapshot = z.object({
  tree: ObjectId,
  /** What HEAD named, where there was a commit. Of a baseline that a signature moved: when the first one was taken. */
  head: z.nullable(ObjectId),
  opaque: z.array(Opaque),
  /** Digests of what can hide a file from git: exclude files, attribute files, filter configuration. */
  rules: z.object({ excludes: z.string(), attributes: z.string(), filters: z.string() }),
});
export type Snapshot = z.output<typeof Snapshot>;
