import { rmSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod/mini";
import { ObjectId } from "#base/ids.ts";
import { GitFault } from "#git/fault.ts";
import { runGit } from "#git/run-git.ts";
import { remotePlace, withoutCredentials } from "./remote-place.ts";
import { scratchPlace } from "./stand-in-place.ts";

/** What a remote has, and under which branch. */
export type RemoteHead =
  | { readonly kind: "at"; readonly commit: ObjectId; readonly branch: string | null }
  | { readonly kind: "not-answered"; readonly detail: string };

export type RemotePlace = {
  /** As git takes it: an address or a path. */
  readonly url: string;
  /** A branch or a tag; null for the remote's HEAD. */
  readonly ref: string | null;
  /** Milliseconds to wait for the answer: a minute unless said. */
  readonly within?: number;
};

const WITHIN_MS = 60_000;

/**
 * Asks a remote for what it has now. Goes to the network; asks for no password. What `signal` ends counts
 * as no answer.
 *
 * @throws GitFault `git-missing`.
 */
export async function remoteHead(
  { url, ref, within = WITHIN_MS }: RemotePlace,
  signal: AbortSignal,
): Promise<RemoteHead> {
  const { directory } = scratchPlace();
  try {
    const patterns =
      ref === null ? ["HEAD"] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/tags/${ref}^{}`];
    const place = remotePlace(directory, { GIT_CEILING_DIRECTORIES: dirname(directory) });
    const ending = AbortSignal.any([signal, AbortSignal.timeout(within)]);
    const words = ["ls-remote", "--symref", "--", url, ...patterns];
    const listed = (await runGit(place, { arguments: words }, ending)).toString("utf8");
    return headOf(listed, ref);
  } catch (error) {
    return { kind: "not-answered", detail: whyNot(error) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Returns why a remote did not answer. Throws what is none of its doing. */
export function whyNot(error: unknown): string {
  if (!(error instanceof GitFault)) throw error;
  const { failure } = error;
  switch (failure.kind) {
    case "git-missing":
      throw error;
    case "git-timed-out":
      return "it took too long";
    case "git-failed":
      return withoutCredentials(failure.detail.replace(/^(?:fatal|error): /, ""));
  }
}

/** `ref: REF<TAB>HEAD` tells where HEAD leads; `ID<TAB>REF` what it is, `REF^{}` what a tag is of (git-ls-remote(1)). */
function headOf(listed: string, ref: string | null): RemoteHead {
  const lines = listed.split("\n").map((line) => line.split("\t"));
  const names = ref === null ? ["HEAD"] : [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`];
  const name = names.find((one) => z.safeParse(ObjectId, idOf(lines, one)).success);
  if (name === undefined) {
    const asked = ref === null ? "HEAD" : `branch or tag ${ref}`;
    return { kind: "not-answered", detail: `it has no ${asked}` };
  }
  const symbolic = lines.find(([word = "", of]) => word.startsWith("ref: ") && of === "HEAD")?.[0];
  const full = name === "HEAD" ? symbolic?.slice("ref: ".length) : name;
  const branch = full?.startsWith("refs/heads/") === true ? full.slice("refs/heads/".length) : null;
  return { kind: "at", commit: ObjectId.parse(idOf(lines, name)), branch };
}

function idOf(lines: readonly (readonly string[])[], name: string): string | undefined {
  return lines.find(([id = "", of]) => of === name && !id.startsWith("ref: "))?.[0];
}
