import { isDeepStrictEqual } from "node:util";
import type { LaidOutPlugins } from "./lay-out-plugins.ts";
import type { RepositorySpec } from "./repository-spec.ts";
import { filesAt, filesBelow } from "./repository-spec.ts";

/** What is so about one plugin of a laid out world, whatever its files claim. Commits are full names. */
export type PluginTruth = {
  /** `plugin@marketplace` */
  readonly plugin: string;
  /** What the record says to have been installed. */
  readonly claimed: string | undefined;
  /** Every commit of upstream whose plugin folder is the bytes of `installPath`; none where they were edited. */
  readonly bytesOf: readonly string[];
  /** Those of them that are in the clone: a shallow one has but its HEAD. */
  readonly inClone: readonly string[];
  /** HEAD of the marketplace's clone. */
  readonly head: string;
  /** What the first applicable record points to. */
  readonly installPath: string;
  /** Whether a session that starts now in a folder of its own loads `installPath`. */
  readonly isLoaded: boolean;
};

export type TruthQuestion = {
  readonly plugin: string;
  readonly version: string;
  /** The commit whose bytes were laid into the cache; without it no commit has them. */
  readonly bytes?: string;
  /** The repository that the plugin comes from, if that is not its marketplace's. */
  readonly source?: { readonly repository: RepositorySpec; readonly folder: string };
  /** The repository of the marketplace. */
  readonly repository: RepositorySpec;
  readonly claimed?: string;
  readonly isLoaded?: boolean;
};

/** Works out the truth from what was laid, not from the files: an oracle for whoever reads the files. */
export function truthOf(world: LaidOutPlugins, question: TruthQuestion): PluginTruth {
  const { plugin, version, bytes, claimed, isLoaded = true } = question;
  const [name = "", marketplace = ""] = plugin.split("@");
  const { repository, folder } = question.source ?? {
    repository: question.repository,
    folder: `plugins/${name}`,
  };
  const clone = world.marketplacePath(marketplace);
  const bytesOf =
    bytes === undefined
      ? []
      : labelsWithBytes(repository, bytes, folder).map((commit) =>
          world.commit({ repository: repository.name, commit }),
        );
  return {
    plugin,
    claimed,
    bytesOf,
    inClone: question.source === undefined ? bytesOf.filter((commit) => has(world, clone, commit)) : [],
    head: world.gitIn(clone, "rev-parse", "HEAD"),
    installPath: world.cachePath(plugin, version),
    isLoaded,
  };
}

/** Every commit whose folder has the same files as at `label`. */
function labelsWithBytes(repository: RepositorySpec, label: string, folder: string): readonly string[] {
  const wanted = filesBelow(filesAt(repository, label), folder);
  return repository.commits
    .map((commit) => commit.label)
    .filter((other) => isDeepStrictEqual(filesBelow(filesAt(repository, other), folder), wanted));
}

function has(world: LaidOutPlugins, clone: string, commit: string): boolean {
  return world.gitIn(clone, "rev-list", "--all", "HEAD").split("\n").includes(commit);
}
