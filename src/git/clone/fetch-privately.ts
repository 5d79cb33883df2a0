import { randomUUID } from "node:crypto";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "#base/digest.ts";
import { makePrivateDirectory } from "#base/files.ts";
import type { ObjectId } from "#base/ids.ts";
import { isGitFailed } from "#git/fault.ts";
import { anyFolder } from "#git/git-place.ts";
import { askGit, runGit } from "#git/run-git.ts";
import { insideFolders } from "./git-folders.ts";
import { type RemoteHead, remoteHead, whyNot } from "./remote-head.ts";
import { remotePlace } from "./remote-place.ts";

export type FetchRequest = {
  readonly url: string;
  /** Where fetched histories are kept: a folder of ours. */
  readonly folder: string;
  /** Commits that no branch and no tag need lead to: asked for by name, and done without where refused. */
  readonly commits: readonly ObjectId[];
};

export type Fetched =
  | {
      readonly kind: "fetched";
      /** The bare repository, for `openBare`. Its HEAD is the remote's. */
      readonly store: string;
      readonly commit: ObjectId;
    }
  | { readonly kind: "not-answered"; readonly detail: string };

const REFS = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"] as const;
/** Manifests and attributes are small, and are needed; the contents of other files are not. */
const FILTER = "--filter=blob:limit=4k";
/** A server that sends a little now and then would be waited for without an end. */
const WITHIN_MS = 15 * 60_000;
const KEY_LENGTH = 20;
const SHA1_DIGITS = 40;

/**
 * Fetches the whole history of a repository, without the contents of larger files where its server can
 * leave them out, into a bare repository of ours. Goes to the network; asks for no password. What `signal` ends
 * counts as no answer, and what was fetched before stays.
 *
 * @throws GitFault `git-missing`.
 */
export async function fetchPrivately(
  { url, folder, commits }: FetchRequest,
  signal: AbortSignal,
): Promise<Fetched> {
  const ending = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
  const head = await remoteHead({ url, ref: null }, ending);
  if (head.kind !== "at") return head;
  const store = fetchedStore(folder, url);
  try {
    const isStore = insideFolders(store).kind === "found";
    if (!isStore || !(await fetchInto(store, { url, head, commits }, ending))) {
      await fetchAnew(store, { url, head, commits }, ending);
    }
    return { kind: "fetched", store, commit: head.commit };
  } catch (error) {
    return { kind: "not-answered", detail: whyNot(error) };
  }
}

/** Returns where the history of a repository is kept once it was fetched. */
export function fetchedStore(folder: string, url: string): string {
  return join(folder, sha256(url).slice(0, KEY_LENGTH));
}

type Fetching = Omit<FetchRequest, "folder"> & {
  readonly head: Extract<RemoteHead, { readonly kind: "at" }>;
};

/** Returns false where git says no: what is broken in the store may be why. */
async function fetchInto(store: string, fetching: Fetching, signal: AbortSignal): Promise<boolean> {
  try {
    await fetchAll(store, fetching, signal);
    return true;
  } catch (error) {
    if (isGitFailed(error)) return false;
    throw error;
  }
}

/** Under another name, so that what is there stays until something better is. */
async function fetchAnew(store: string, fetching: Fetching, signal: AbortSignal): Promise<void> {
  const building = `${store}.${randomUUID()}.tmp`;
  makePrivateDirectory(building);
  try {
    const format = `--object-format=${fetching.head.commit.length === SHA1_DIGITS ? "sha1" : "sha256"}`;
    const words = ["init", "--quiet", "--bare", "--template=", "--initial-branch=none", format, building];
    await runGit(anyFolder(building), { arguments: words }, signal);
    await fetchAll(building, fetching, signal);
    rmSync(store, { recursive: true, force: true });
    renameSync(building, store);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

async function fetchAll(store: string, { url, head, commits }: Fetching, signal: AbortSignal): Promise<void> {
  await fetch(store, [url, ...REFS], signal);
  await nameHead(store, head, signal);
  for (const commit of commits) await fetchCommit(store, { url, commit }, signal);
}

/** A server that knows filters may refuse this one, and gives everything then. */
async function fetch(store: string, words: readonly string[], signal: AbortSignal): Promise<void> {
  const place = remotePlace(store, { GIT_DIR: store });
  const options = ["--quiet", "--no-tags", "--prune", "--no-recurse-submodules"];
  // The store remembers the filter that was tried (git-config(1), `remote.<name>.partialclonefilter`).
  const all = { arguments: ["fetch", "--no-filter", ...options, "--", ...words] };
  const filtered = await askGit(place, { arguments: ["fetch", FILTER, ...options, "--", ...words] }, signal);
  if (filtered.exitCode !== 0) await runGit(place, all, signal);
}

/** Where the remote's HEAD is on no branch, it is kept under a name of ours. */
async function nameHead(
  store: string,
  { branch, commit }: Fetching["head"],
  signal: AbortSignal,
): Promise<void> {
  const place = { ...anyFolder(store), environment: { GIT_DIR: store } };
  const ref = `refs/remotes/origin/${branch ?? "HEAD"}`;
  if (branch === null) await runGit(place, { arguments: ["update-ref", ref, commit] }, signal);
  await runGit(place, { arguments: ["symbolic-ref", "HEAD", ref] }, signal);
}

type Asked = { readonly url: string; readonly commit: ObjectId };

/** A server need not give what no ref leads to. */
async function fetchCommit(store: string, { url, commit }: Asked, signal: AbortSignal): Promise<void> {
  try {
    await fetch(store, [url, `+${commit}:refs/asked/${commit}`], signal);
  } catch (error) {
    if (signal.aborted) throw error;
    whyNot(error);
  }
}
