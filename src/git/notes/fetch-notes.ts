import { sha256 } from "#base/digest.ts";
import type { ObjectId } from "#base/ids.ts";
import { whyNot } from "#git/clone/remote-head.ts";
import { insideStore } from "#git/git-place.ts";
import { askGit, gitFailed, runGit } from "#git/run-git.ts";
import { commitAt, NOTES_REF } from "./notes-ref.ts";
import { remoteNotesPlace, type SharedNotes } from "./remote-notes-place.ts";

/** `before`: the commit that was there when it was last seen. */
export type FetchedNotes =
  | { readonly kind: "fetched"; readonly commit: ObjectId; readonly before: ObjectId | undefined }
  /** The remote answered, and has no notes. */
  | { readonly kind: "none"; readonly before: ObjectId | undefined }
  | { readonly kind: "not-answered"; readonly detail: string };

/** Below this stands what remotes had when they were last seen, each under a digest of its address. */
export const SEEN_REFS = "refs/countersign/";

const KEY_LENGTH = 20;
/** Nothing of tags, submodules or of a record of what was fetched. */
const OPTIONS = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"] as const;

/**
 * Fetches the notes of a remote into our store, as they are there: what was taken away from them is gone
 * here too. Goes to the network; asks for no password. What `signal` ends counts as no answer.
 *
 * @throws GitFault `git-missing`.
 */
export async function fetchNotes(shared: SharedNotes, signal: AbortSignal): Promise<FetchedNotes> {
  const ref = seenRef(shared);
  const before = await commitAt(insideStore(shared.store), ref, signal);
  try {
    const words = ["fetch", ...OPTIONS, "--", shared.remote.fetchUrl, `+${NOTES_REF}:${ref}`];
    const answer = await askGit(remoteNotesPlace(shared), { arguments: words }, signal);
    if (answer.exitCode === 0) {
      const commit = await commitAt(insideStore(shared.store), ref, signal);
      if (commit === undefined) return { kind: "not-answered", detail: `${NOTES_REF} is no commit there` };
      return { kind: "fetched", commit, before };
    }
    if (!hasNone(answer.errors)) throw gitFailed({ arguments: words }, answer);
    await forget(shared, signal);
    return { kind: "none", before };
  } catch (error) {
    return { kind: "not-answered", detail: whyNot(error) };
  }
}

/** Returns the ref of our store under which the remote's notes were last seen. */
export function seenRef({ remote }: Pick<SharedNotes, "remote">): string {
  return `${SEEN_REFS}${sha256(remote.fetchUrl).slice(0, KEY_LENGTH)}`;
}

/** Git's own words (fetch.c and remote.c, "couldn't find remote ref"): our git speaks no other language. */
function hasNone(errors: Buffer): boolean {
  return /^fatal: couldn't find remote ref /m.test(errors.toString("utf8"));
}

async function forget(shared: SharedNotes, signal: AbortSignal): Promise<void> {
  const command = { arguments: ["update-ref", "-d", seenRef(shared)] };
  await runGit(insideStore(shared.store), command, signal);
}
