import type { ObjectId } from "#base/ids.ts";
import { isGitFailed } from "#git/fault.ts";
import { runGit } from "#git/run-git.ts";
import { editedPaths } from "./edited-paths.ts";
import { fetchTime } from "./fetch-time.ts";
import type { OpenClone, Opening } from "./open-clone.ts";
import { shownUrl } from "./shown-url.ts";
import { remoteOf, type Tracking, trackingOf } from "./tracking-branch.ts";

/** A clone that somebody else keeps, as it stands. Nothing is written to it, and nothing is fetched. */
export type CloneState =
  | { readonly kind: "none" }
  | { readonly kind: "broken"; readonly detail: string }
  | {
      readonly kind: "clone";
      readonly directory: string;
      /** Null where HEAD names no commit yet. */
      readonly head: ObjectId | null;
      readonly branch: string | null;
      /** The remote-tracking branch of HEAD's branch, else of the remote's HEAD. */
      readonly tracking: { readonly name: string; readonly commit: ObjectId } | null;
      /** Commits of HEAD that tracking has not, and the other way round; null where a history is cut. */
      readonly ahead: number | null;
      readonly behind: number | null;
      /** When anything was last fetched or cloned (milliseconds since 1970), by the files' own times. */
      readonly fetchedAt: number | null;
      readonly shallow: boolean;
      /** Objects may be missing that its remote promised to give on demand (git-clone(1), `--filter`). */
      readonly partial: boolean;
      readonly objectFormat: "sha1" | "sha256";
      /** Paths of the work tree that are not as HEAD has them, files that git ignores among them; folders end in `/`. */
      readonly edited: readonly string[];
      /** Without password. */
      readonly remote: string | null;
    };

/**
 * Returns how a clone stands. Takes up to three git processes.
 *
 * @throws GitFault `git-timed-out`, `git-missing`.
 */
export async function cloneState(opening: Opening, signal: AbortSignal): Promise<CloneState> {
  if (opening.kind !== "open") return opening;
  const { clone } = opening;
  const { directory, head, branch, shallow, config } = clone;
  const tracking = trackingOf(clone);
  const remote = remoteOf(clone);
  try {
    const missing = await missingCommit(clone, tracking);
    if (missing !== undefined) return { kind: "broken", detail: missing };
    return {
      kind: "clone",
      directory,
      head,
      branch,
      tracking: tracking === undefined ? null : { name: tracking.name, commit: tracking.commit },
      ...(await distance(clone, tracking, signal)),
      fetchedAt: fetchTime(clone, remote?.name ?? null),
      shallow,
      partial: config.partial,
      objectFormat: config.objectFormat,
      edited: await editedPaths(clone, signal),
      remote: remote?.url == null ? null : shownUrl(remote.url),
    };
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return { kind: "broken", detail: error.message };
  }
}

/** A clone whose newest commits cannot be read says nothing of how it stands. */
async function missingCommit(clone: OpenClone, tracking: Tracking | undefined): Promise<string | undefined> {
  for (const [name, commit] of [["HEAD", clone.head] as const, [tracking?.name, tracking?.commit] as const]) {
    if (commit === null || commit === undefined) continue;
    const answer = await clone.objects.read(commit);
    if (answer.kind === "broken") return answer.detail;
    if (answer.kind !== "object") return `the commit of ${name}, ${commit}, cannot be read`;
    if (answer.type !== "commit") return `${commit}, which ${name} names, is no commit`;
  }
  return undefined;
}

async function distance(
  { head, shallow, place }: OpenClone,
  tracking: Tracking | undefined,
  signal: AbortSignal,
): Promise<{ readonly ahead: number | null; readonly behind: number | null }> {
  if (head === null || tracking === undefined) return { ahead: null, behind: null };
  if (head === tracking.commit) return { ahead: 0, behind: 0 };
  if (shallow) return { ahead: null, behind: null };
  const words = ["rev-list", "--count", "--left-right", `${head}...${tracking.commit}`];
  const counted = (await runGit(place, { arguments: words }, signal)).toString("latin1").trim().split("\t");
  return { ahead: Number(counted[0]), behind: Number(counted[1]) };
}
