import { commitName } from "./make-upstream.ts";
import { type MarketplaceEntry, marketplaceFiles, pluginFiles } from "./plugin-files.ts";
import { addMarketplace, installPlugin, updateMarketplace, updatePlugin } from "./plugin-steps.ts";
import type { PluginWorld } from "./plugin-world.ts";
import type { Files, RepositorySpec } from "./repository-spec.ts";
import { cachePath, loaded, PLUGIN, type Scene } from "./scene.ts";

/**
 * A repository with the plugin at its top and again in `tools/alpha`: `one` is 1.0.0, `two` is 2.0.0, and
 * `three` is 2.0.0 with other content. Each commit has a tag of its name.
 */
const PLUGIN_REPOSITORY: RepositorySpec = {
  name: "lab/alpha",
  commits: [
    { label: "one", files: bothFolders("1.0.0", "one") },
    { label: "two", files: bothFolders("2.0.0", "two") },
    { label: "three", files: bothFolders("2.0.0", "three") },
  ],
};

/** Where an entry says that its plugin comes from; none of these leaves a clone of that repository behind. */
type SourceKind = "github" | "url" | "git-subdir";

/** What an entry says beside: the commit by its label, a branch or tag. */
type Pin = { readonly sha?: string; readonly ref?: string };

/** The plugin is the marketplace's own repository: all of it is in the cache, but its `.git`. */
export async function pluginAtTop(world: PluginWorld): Promise<Scene> {
  const entry = { name: "alpha", source: "./" };
  const files = pluginFiles({ name: "alpha", version: "1.0.0", folder: "." });
  return await install(world, [entry], "1.0.0", files);
}

/** The plugin comes from another repository, as it stands there at `two`. */
export function fromGithub(world: PluginWorld): Promise<Scene> {
  return fromRepository(world, "github");
}

export function fromAddress(world: PluginWorld): Promise<Scene> {
  return fromRepository(world, "url");
}

/** From the folder `tools/alpha` of that repository. */
export function fromFolder(world: PluginWorld): Promise<Scene> {
  return fromRepository(world, "git-subdir");
}

/** The entry names the commit `one`, and beside it a branch that has gone on, which does not count. */
export function pinnedToCommit(world: PluginWorld): Promise<Scene> {
  return fromRepository(world, "github", { sha: "one", ref: "main" });
}

/** The entry names a tag. */
export function pinnedToTag(world: PluginWorld): Promise<Scene> {
  return fromRepository(world, "url", { ref: "one" });
}

export function folderPinnedToCommit(world: PluginWorld): Promise<Scene> {
  return fromRepository(world, "git-subdir", { sha: "one" });
}

/**
 * The pin moved to a commit that kept the version: the update finds nothing to do. The entry asks for `three`;
 * record and bytes are `two`.
 */
export async function pinMovedOn(world: PluginWorld): Promise<Scene> {
  world.host(PLUGIN_REPOSITORY, "three");
  const [before, after] = ["two", "three"].map((sha) =>
    marketplaceFiles("labmkt", [entryFrom("github", { sha })]),
  );
  const marketplace = {
    name: "lab/mkt",
    commits: [
      { label: "one", files: before ?? {} },
      { label: "two", files: after ?? {} },
    ],
  };
  const upstream = world.host(marketplace, "one");
  await addMarketplace(world, "lab/mkt");
  await installPlugin(world, PLUGIN);
  world.publish(upstream, "two");
  await updateMarketplace(world, "labmkt");
  await updatePlugin(world, PLUGIN);
  return { plugin: PLUGIN, start: {}, next: loaded(cachePath(world, "2.0.0"), "2.0.0") };
}

/** No version anywhere: the folder has the first twelve digits of the marketplace's commit for its name. */
export async function withoutVersion(world: PluginWorld): Promise<Scene> {
  const files = pluginFiles({ name: "alpha" });
  const scene = await install(world, [{ name: "alpha", source: "./plugins/alpha" }], "", files);
  const commit = marketplaceOf([{ name: "alpha", source: "./plugins/alpha" }], files);
  const version = commitName(commit, "one").slice(0, 12);
  return { ...scene, next: loaded(cachePath(world, version), undefined) };
}

/** No plugin.json: the entry alone describes the plugin, and the version that a session names is the entry's. */
export async function withoutManifest(world: PluginWorld): Promise<Scene> {
  const files = { ...pluginFiles({ name: "alpha" }), "plugins/alpha/.claude-plugin/plugin.json": null };
  const entry = { name: "alpha", source: "./plugins/alpha", strict: false, version: "3.0.0" };
  return await install(world, [entry], "3.0.0", files);
}

/**
 * A folder that does not come out of the checkout as it went in: links within it stay, links to elsewhere in the
 * marketplace become copies, links out of it and to a folder above go, line ends follow the attributes, and
 * upstream's files under Claude Code's own names (`.in_use`, `.orphaned_at`) are left out.
 */
export async function oddFiles(world: PluginWorld): Promise<Scene> {
  const more = {
    "inner-link": { linkTo: "hooks/stop.sh" },
    "folder-link": { linkTo: "hooks" },
    "dangling-link": { linkTo: "nowhere" },
    "shared-link": { linkTo: "../../shared" },
    "outer-link": { linkTo: "/etc/hostname" },
    "upward-link": { linkTo: "../.." },
    ".gitattributes": "crlf.txt text eol=crlf\nident.md ident\n",
    "crlf.txt": "one\ntwo\n",
    "ident.md": "$Id$\n",
    ".hidden/file": "hidden\n",
    "node_modules/dep/index.js": "1;\n",
    "name with blank.txt": "blank\n",
    ".in_use/1": "{}",
    ".orphaned_at": "0",
  };
  const files = {
    ...pluginFiles({ name: "alpha", version: "1.0.0", more }),
    "shared/run.sh": { executable: "#!/bin/sh\n" },
  };
  return await install(world, [{ name: "alpha", source: "./plugins/alpha" }], "1.0.0", files);
}

async function fromRepository(world: PluginWorld, kind: SourceKind, pin: Pin = {}): Promise<Scene> {
  const upstream = world.host(PLUGIN_REPOSITORY, "two");
  for (const { label } of PLUGIN_REPOSITORY.commits) {
    upstream.git("tag", "--force", label, upstream.commit(label));
  }
  const pinned = (pin.sha ?? pin.ref) === "one";
  return await install(world, [entryFrom(kind, pin)], pinned ? "1.0.0" : "2.0.0");
}

function bothFolders(version: string, content: string): Files {
  const plugin = { name: "alpha", version, content };
  return {
    ...pluginFiles({ ...plugin, folder: "." }),
    ...pluginFiles({ ...plugin, folder: "tools/alpha" }),
  };
}

function entryFrom(kind: SourceKind, { sha, ref }: Pin): MarketplaceEntry {
  const where = {
    github: { repo: "lab/alpha" },
    url: { url: "https://git.example.invalid/lab/alpha.git" },
    "git-subdir": { url: "https://github.com/lab/alpha.git", path: "tools/alpha" },
  }[kind];
  const pinned = sha === undefined ? {} : { sha: commitName(PLUGIN_REPOSITORY, sha) };
  return {
    name: "alpha",
    source: { source: kind, ...where, ...pinned, ...(ref === undefined ? {} : { ref }) },
  };
}

function marketplaceOf(entries: readonly MarketplaceEntry[], files: Files) {
  const commit = { label: "one", files: { ...marketplaceFiles("labmkt", entries), ...files } };
  return { name: "lab/mkt", commits: [commit] };
}

async function install(
  world: PluginWorld,
  entries: readonly MarketplaceEntry[],
  version: string,
  files: Files = {},
): Promise<Scene> {
  world.host(marketplaceOf(entries, files));
  await addMarketplace(world, "lab/mkt");
  await installPlugin(world, PLUGIN);
  return { plugin: PLUGIN, start: {}, next: loaded(cachePath(world, version), version) };
}
