import { deadHolder, type Holder, liveHolder } from "./holders.ts";
import { type LaidOutPlugins, layOutPlugins } from "./lay-out-plugins.ts";
import type { PluginLayout } from "./layout-spec.ts";
import { commitName } from "./make-upstream.ts";
import { type MarketplaceEntry, marketplaceFiles, pluginFiles } from "./plugin-files.ts";
import { type PluginTruth, type TruthQuestion, truthOf } from "./plugin-truth.ts";
import type { RepositorySpec } from "./repository-spec.ts";

/** A world as somebody described it in public, with what is true in it. The caller removes `world`. */
export type IssueFixture = {
  readonly world: LaidOutPlugins;
  readonly truth: PluginTruth;
};

/** How much of its history the marketplace's clone has. Claude Code's own clones are shallow. */
export type History = "shallow" | "whole";

const PLUGIN = "alpha@lab";
const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.parse("2026-11-20T12:00:00Z");

/**
 * anthropics/claude-code#28675: after an update the version, the path and the bytes are new, but the
 * recorded commit is the one before.
 */
export function commitOneBehind(history: History = "shallow"): IssueFixture {
  const repository = inOneRepository({ one: "1.0.0", two: "2.0.0" });
  return fixture(repository, {
    history,
    version: "2.0.0",
    bytes: "two",
    claimed: "one",
    caches: [orphan("1.0.0", "one")],
  });
}

/**
 * anthropics/claude-code#59389: the recorded commit is that of the first installation for ever; here it is
 * one that a forced push has taken out of the history since.
 */
export function commitOfFirstInstall(history: History = "shallow"): IssueFixture {
  const base = inOneRepository({ one: "1.0.0", two: "2.0.0", three: "3.0.0" });
  const commits = base.commits.map((commit) =>
    commit.label === "two"
      ? { ...commit, parent: "none", files: { ...base.commits[0]?.files, ...commit.files } }
      : commit,
  );
  return fixture({ ...base, commits }, { history, version: "3.0.0", bytes: "three", claimed: "one" });
}

/**
 * anthropics/claude-code#41922: the marketplace pins a plugin of another repository to a commit, and an
 * older one is installed.
 */
export function pinIgnored(): IssueFixture {
  const plugin: RepositorySpec = {
    name: "lab/alpha",
    commits: [
      { label: "one", files: pluginFiles({ name: "alpha", version: "1.0.0", folder: "." }) },
      { label: "two", files: pluginFiles({ name: "alpha", version: "1.1.0", folder: "." }) },
    ],
  };
  const pin = { source: "url", url: "https://github.com/lab/alpha.git", sha: commitName(plugin, "two") };
  const repository: RepositorySpec = {
    name: "lab/mkt",
    commits: [{ label: "one", files: marketplaceFiles("lab", [{ name: "alpha", source: pin }]) }],
  };
  return fixture(
    repository,
    {
      history: "shallow",
      version: "1.0.0",
      bytes: "one",
      claimed: "one",
    },
    plugin,
  );
}

/**
 * anthropics/claude-code#33653: the version alone names an installation, so commits that keep it change the
 * content unseen: installed in the middle of a version, while the marketplace went on.
 */
export function sameVersionMovedOn(history: History = "shallow"): IssueFixture {
  const repository = inOneRepository({ one: "1.0.0", two: "1.0.0", three: "1.0.0" });
  return fixture(repository, { history, version: "1.0.0", bytes: "two", claimed: "two" });
}

/**
 * anthropics/claude-code#39751: a new version is out, yet removing and installing again brings the old files
 * back: the clone has fetched the new commit and still stands at the old one.
 */
export function reinstallBringsOldFiles(history: History = "shallow"): IssueFixture {
  const repository = inOneRepository({ one: "0.1.0", two: "0.1.1" });
  return fixture(repository, {
    history,
    version: "0.1.0",
    bytes: "one",
    claimed: "one",
    at: "one",
    fetched: "two",
  });
}

/**
 * anthropics/claude-code#82145: versions that were left weeks ago are never removed, for processes that have
 * long ended still hold them.
 */
export function deadHolders(history: History = "shallow"): IssueFixture {
  const repository = inOneRepository({ one: "1.0.0", two: "2.0.0" });
  const old = orphan("1.0.0", "one", [deadHolder(), deadHolder(), deadHolder()]);
  return fixture(repository, {
    history,
    version: "2.0.0",
    bytes: "two",
    claimed: "two",
    holders: [deadHolder()],
    caches: [old],
  });
}

/**
 * anthropics/claude-code#95420: one living process holds the version that was left and the one in use.
 * By default that process is the test's own.
 */
export function onePidInTwoVersions(holder: Holder = liveHolder(process.pid)): IssueFixture {
  const repository = inOneRepository({ one: "1.0.0", two: "2.0.0" });
  return fixture(repository, {
    history: "shallow",
    version: "2.0.0",
    bytes: "two",
    claimed: "two",
    holders: [holder],
    caches: [orphan("1.0.0", "one", [holder])],
    session: holder,
  });
}

/**
 * melodic-software/claude-code-plugins#3681: an update with an unchanged version moved the record to the new
 * commit and left the old files. Recorded commit, version, clone and manifest all agree; only bytes tell.
 */
export function recordMovedBytesOld(history: History = "shallow"): IssueFixture {
  const repository = inOneRepository({ one: "1.0.0", two: "1.0.0" });
  return fixture(repository, { history, version: "1.0.0", bytes: "one", claimed: "two" });
}

/**
 * anthropics/claude-code#76759: plugins that only the settings name get a complete record, and the folder
 * that it points to was never made.
 */
export function recordWithoutFolder(history: History = "shallow"): IssueFixture {
  const repository = inOneRepository({ one: "1.0.0" });
  return fixture(repository, { history, version: "1.0.0", claimed: "one", isLoaded: false });
}

type Situation = {
  readonly history: History;
  readonly version: string;
  readonly bytes?: string;
  readonly claimed: string;
  readonly at?: string;
  readonly fetched?: string;
  readonly holders?: readonly Holder[];
  readonly caches?: PluginLayout["caches"];
  readonly session?: Holder;
  readonly isLoaded?: boolean;
};

/** A marketplace with one plugin in a folder of it, whose content differs in each commit. */
function inOneRepository(versions: Readonly<Record<string, string>>): RepositorySpec {
  const entries: readonly MarketplaceEntry[] = [{ name: "alpha", source: "./plugins/alpha" }];
  const commits = Object.entries(versions).map(([label, version], index) => ({
    label,
    files: {
      ...(index === 0 ? marketplaceFiles("lab", entries) : {}),
      ...pluginFiles({ name: "alpha", version, content: `${version} as of ${label}` }),
    },
  }));
  return { name: "lab/mkt", commits };
}

function orphan(version: string, commit: string, holders: readonly Holder[] = []) {
  const from = { repository: "lab/mkt", commit };
  return { plugin: PLUGIN, version, from, orphanedAt: NOW - 39 * DAY, holders };
}

function fixture(repository: RepositorySpec, situation: Situation, plugin?: RepositorySpec): IssueFixture {
  const { history, version, bytes, claimed, at, fetched, holders = [], caches = [], session } = situation;
  const source = plugin ?? repository;
  const commit = { repository: source.name, commit: claimed };
  const from = { repository: source.name, ...(plugin === undefined ? {} : { folder: "." }) };
  const installed =
    bytes === undefined ? [] : [{ plugin: PLUGIN, version, from: { ...from, commit: bytes }, holders }];
  const world = layOutPlugins({
    repositories: plugin === undefined ? [repository] : [repository, plugin],
    marketplaces: [
      {
        name: "lab",
        repository: repository.name,
        history,
        ...(at === undefined ? {} : { at }),
        ...(fetched === undefined ? {} : { fetched }),
      },
    ],
    records: { [PLUGIN]: [{ version, commit }] },
    caches: [...installed, ...caches],
    projects: { app: { "README.md": "An app.\n" } },
    sessions: session === undefined ? [] : [{ ...session, project: "app", sessionId: SESSION }],
  });
  const question: TruthQuestion = {
    plugin: PLUGIN,
    version,
    repository,
    claimed: world.commit(commit),
    ...(bytes === undefined ? {} : { bytes }),
    ...(plugin === undefined ? {} : { source: { repository: plugin, folder: "." } }),
    ...(situation.isLoaded === undefined ? {} : { isLoaded: situation.isLoaded }),
  };
  return { world, truth: truthOf(world, question) };
}

const SESSION = "0b9c5b0e-7f0e-4c53-9d5e-2f6a8f1f3c11";
