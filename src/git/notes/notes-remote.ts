import { anyFolder } from "#git/git-place.ts";
import type { Repository } from "#git/repository.ts";
import { askGit, runGit } from "#git/run-git.ts";

/** Where notes go to and come from, and what of the repository's own configuration git needs to get there. */
export type NotesRemote = {
  /** As it was named: a remote of the repository, or an address. */
  readonly name: string;
  readonly fetchUrl: string;
  readonly pushUrl: string;
  readonly settings: readonly Setting[];
};

type Setting = { readonly key: string; readonly value: string };

/** `remotes`: those that there are. */
export type RemoteSearch =
  | { readonly kind: "found"; readonly remote: NotesRemote }
  | { readonly kind: "none"; readonly remotes: readonly string[] };

/**
 * What a repository may say of how its remotes are reached: a pipeline keeps its token there, and a
 * company its rewritten addresses. The account's own configuration is read by git itself.
 */
const NEEDED = /^(?:credential\.|http\.|url\.|ssh\.|core\.(?:sshcommand|gitproxy)$)/;

/**
 * Returns the remote of that name or address; without one, the remote that the current branch is
 * fetched from, else `origin`, else the only one.
 *
 * @throws GitFault
 */
export async function findNotesRemote(
  repository: Repository,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<RemoteSearch> {
  const entries = await configOf(repository, signal);
  const remotes = [...new Set(entries.flatMap(({ key }) => /^remote\.(.+)\.url$/s.exec(key)?.[1] ?? []))];
  const name = wanted ?? (await usual(repository, { entries, remotes }, signal));
  if (name === undefined) return { kind: "none", remotes };
  const valuesOf = (part: string) => entries.filter(({ key }) => key === `remote.${name}.${part}`);
  const [address] = valuesOf("url");
  const [pushed] = valuesOf("pushurl");
  if (address === undefined && !looksLikeAddress(name)) return { kind: "none", remotes };
  const fetchUrl = address?.value ?? name;
  const settings = entries.filter(({ key, own }) => own && NEEDED.test(key));
  return { kind: "found", remote: { name, fetchUrl, pushUrl: pushed?.value ?? fetchUrl, settings } };
}

type ConfigEntry = Setting & {
  /** It stands in the repository's own configuration, not in the account's. */
  readonly own: boolean;
};

/** `SCOPE<NUL>KEY<LF>VALUE<NUL>`; a key without a value has no line feed (git-config(1), `--null`). */
async function configOf(repository: Repository, signal: AbortSignal): Promise<readonly ConfigEntry[]> {
  const words = ["config", "--list", "--null", "--show-scope"];
  const output = await runGit(anyFolder(repository.root), { arguments: words }, signal);
  const parts = output.toString("utf8").split("\0");
  return parts.flatMap((text, index): readonly ConfigEntry[] => {
    if (index % 2 === 0) return [];
    const end = text.indexOf("\n");
    const own = ["local", "worktree"].includes(parts[index - 1] ?? "");
    return end < 0
      ? [{ key: text, value: "true", own }]
      : [{ key: text.slice(0, end), value: text.slice(end + 1), own }];
  });
}

type Known = { readonly entries: readonly ConfigEntry[]; readonly remotes: readonly string[] };

async function usual(
  repository: Repository,
  { entries, remotes }: Known,
  signal: AbortSignal,
): Promise<string | undefined> {
  const words = ["symbolic-ref", "--quiet", "--short", "HEAD"];
  const { output } = await askGit(anyFolder(repository.root), { arguments: words }, signal);
  const branch = output.toString("utf8").trim();
  const upstream = entries.find(({ key }) => key === `branch.${branch}.remote`)?.value;
  const [only] = remotes;
  const named = [upstream, "origin"].find((name) => name !== undefined && remotes.includes(name));
  return named ?? (remotes.length === 1 ? only : undefined);
}

/** A word that is neither an address nor a path is the name of a remote that is not there. */
function looksLikeAddress(text: string): boolean {
  return /[/:\\]/.test(text) && !text.startsWith("-");
}
