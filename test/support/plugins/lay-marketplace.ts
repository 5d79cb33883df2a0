import { basename, dirname, join } from "node:path";
import type { MarketplaceKind, MarketplaceLayout } from "./layout-spec.ts";
import { runGit, type Upstream } from "./make-upstream.ts";
import { filesAt } from "./repository-spec.ts";
import { writeFiles } from "./write-files.ts";

/** When everything was installed and updated, where a layout does not say. */
export const SOME_DAY = "2026-11-01T09:00:00.000Z";

const MANIFEST = ".claude-plugin/marketplace.json";

/**
 * Makes what Claude Code 2.1.330 keeps of a marketplace at `target`: for a repository a clone of depth one with
 * one branch and the address of its host; for a `url` the manifest, in a file without an ending.
 */
export function layMarketplace(upstream: Upstream, target: string, marketplace: MarketplaceLayout): void {
  const { repository, kind = "github", history = "shallow", fetched } = marketplace;
  const last = upstream.spec.commits.at(-1)?.label ?? "";
  const at = marketplace.at ?? last;
  const moveMain = (label: string) => upstream.git("update-ref", "refs/heads/main", upstream.commit(label));
  if (kind === "url") {
    const manifest = filesAt(upstream.spec, at).get(MANIFEST) ?? "";
    writeFiles(dirname(target), [[basename(target), manifest]]);
    return;
  }
  const depth = history === "shallow" && !isElsewhere(kind) ? ["--depth", "1"] : [];
  const address = `file://${upstream.path}`;
  moveMain(at);
  runGit(upstream.path, ["clone", "--quiet", "--single-branch", ...depth, address, target]);
  if (fetched !== undefined) {
    moveMain(fetched);
    runGit(target, ["fetch", "--quiet", "origin"]);
  }
  runGit(target, ["remote", "set-url", "origin", urlOf(repository, kind)]);
  moveMain(last);
}

/** Whether the marketplace stays where it is: nothing of it is copied into the config directory. */
export function isElsewhere(kind: MarketplaceKind | undefined): boolean {
  return kind === "directory" || kind === "file";
}

/** Returns its entry in known_marketplaces.json. */
export function knownMarketplace(installLocation: string, marketplace: MarketplaceLayout) {
  const { name, repository, kind = "github", autoUpdate, lastUpdated = SOME_DAY } = marketplace;
  const source = {
    github: { source: "github", repo: repository },
    git: { source: "git", url: urlOf(repository, "git") },
    directory: { source: "directory", path: installLocation },
    file: { source: "file", path: join(installLocation, MANIFEST) },
    url: { source: "url", url: `https://git.example.invalid/${name}/marketplace.json` },
  }[kind];
  return { source, installLocation, lastUpdated, ...(autoUpdate === undefined ? {} : { autoUpdate }) };
}

function urlOf(repository: string, kind: MarketplaceKind): string {
  return `https://${kind === "git" ? "git.example.invalid" : "github.com"}/${repository}.git`;
}
