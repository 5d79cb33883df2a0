import { statSync } from "node:fs";
import type { GitPlace } from "#git/git-place.ts";
import { bytesOf, splitNul, textOf } from "#git/path-bytes.ts";
import { runGit } from "#git/run-git.ts";
import type { ObjectFormat } from "./object-hash.ts";

/** What is taken from a clone's own configuration: nothing else in it has a say. */
export type CloneConfig = {
  readonly objectFormat: ObjectFormat;
  readonly refStorage: "files" | "reftable";
  readonly partial: boolean;
  /**
   * What git saw of the file system when it cloned (git-config(1), `core.fileMode`, `core.symlinks`): whether
   * executable bits stay as they are set, and whether there are links. On Windows neither is the rule.
   */
  readonly keeps: { readonly modes: boolean; readonly links: boolean };
  readonly remotes: readonly Remote[];
  /** Which branch of which remote each branch follows. */
  readonly branches: ReadonlyMap<string, { readonly remote: string; readonly merge: string }>;
};

export type Remote = {
  readonly name: string;
  readonly url: string | null;
  /** As `+refs/heads/*:refs/remotes/origin/*`. */
  readonly fetch: readonly string[];
};

/**
 * Reads a clone's configuration file as such: no file that it includes is read and nothing that it names
 * is run (git-config(1), `--file` and `--no-includes`). `place` is a folder of ours.
 *
 * @throws GitFault `git-failed` where git cannot read it.
 */
export async function readCloneConfig(
  place: GitPlace,
  path: string,
  signal: AbortSignal,
): Promise<CloneConfig> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return configOf([]);
  const words = ["config", "--file", path, "--no-includes", "-z", "--list"];
  const entries = splitNul(await runGit(place, { arguments: words }, signal)).map((entry) => {
    const text = textOf(bytesOf(entry));
    const end = text.indexOf("\n");
    return end < 0 ? ([text, ""] as const) : ([text.slice(0, end), text.slice(end + 1)] as const);
  });
  return configOf(entries);
}

type Setting = readonly [name: string, value: string];

function configOf(settings: readonly Setting[]): CloneConfig {
  const all = (name: string) => settings.filter(([key]) => key === name).map(([, value]) => value);
  const last = (name: string) => all(name).at(-1);
  const named = (pattern: RegExp) => [...new Set(settings.flatMap(([key]) => pattern.exec(key)?.[1] ?? []))];
  const remotes = named(/^remote\.(.+)\.[^.]+$/s).map((name) => ({
    name,
    url: all(`remote.${name}.url`)[0] ?? null,
    fetch: all(`remote.${name}.fetch`),
  }));
  const branches = named(/^branch\.(.+)\.[^.]+$/s).flatMap((name) => {
    const [remote, merge] = [last(`branch.${name}.remote`), last(`branch.${name}.merge`)];
    return remote === undefined || merge === undefined ? [] : [[name, { remote, merge }] as const];
  });
  return {
    objectFormat: last("extensions.objectformat")?.toLowerCase() === "sha256" ? "sha256" : "sha1",
    refStorage: last("extensions.refstorage")?.toLowerCase() === "reftable" ? "reftable" : "files",
    partial:
      last("extensions.partialclone") !== undefined ||
      settings.some(([key, value]) => /^remote\..+\.promisor$/s.test(key) && value !== "false"),
    keeps: { modes: !isFalse(last("core.filemode")), links: !isFalse(last("core.symlinks")) },
    remotes,
    branches: new Map(branches),
  };
}

/** The words for it (git-config(1), "boolean"). */
function isFalse(value: string | undefined): boolean {
  return value !== undefined && ["false", "no", "off", "0"].includes(value.toLowerCase());
}
