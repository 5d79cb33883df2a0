import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { errorCode } from "#base/fault.ts";
import { type Found, findFile } from "#base/found-file.ts";
import { type CodexMarketplaceManifest, readMarketplaceManifest } from "./marketplace-entries.ts";
import type { ConfiguredMarketplace } from "./plugin-config.ts";
import type { CodexPlaces } from "./plugin-places.ts";

/** A marketplace that Codex considers, and what stands where it is. */
export type CodexMarketplace = {
  /** Its manifest's own, by which its plugins are called. */
  readonly name: string;
  readonly source:
    | { readonly kind: "git"; readonly url: string; readonly ref: string | null }
    | { readonly kind: "directory"; readonly path: string }
    | { readonly kind: "other"; readonly name: string };
  readonly installLocation: string;
  readonly lastUpdated: string | null;
  /** Nothing says so: a server that Codex starts renews every clone that it has. */
  readonly autoUpdate: null;
  readonly stands: "git" | "folder" | "file" | "absent";
  /** For a copy without a `.git`: what Codex says it is a copy of. */
  readonly copiedCommit: string | null;
  readonly manifest: Found<CodexMarketplaceManifest>;
};

const CURATED = "https://github.com/openai/plugins.git";

/**
 * Returns the marketplaces that Codex considers (0.169): those of its configuration, the user's home
 * where that is one, and OpenAI's own where it was fetched. A name counts once, for the first that has it.
 */
export function codexMarketplaces(
  places: CodexPlaces,
  configured: readonly ConfiguredMarketplace[],
): readonly CodexMarketplace[] {
  const home = marketplaceAt("", { kind: "directory", path: places.userHome }, places.userHome);
  const curated = marketplaceAt("openai-curated", { kind: "git", url: CURATED, ref: null }, places.curated);
  const found = [
    ...(home.manifest.kind === "absent" ? [] : [home]),
    ...configured.map((one) => configuredMarketplace(places, one)),
    ...(curated.stands === "absent" ? [] : [{ ...curated, copiedCommit: curatedCommit(places) }]),
  ];
  const first = new Map(found.toReversed().map((one) => [one.name, one]));
  return [...first.values()].sort((a, b) => Number(a.name > b.name) - Number(a.name < b.name));
}

function configuredMarketplace(places: CodexPlaces, section: ConfiguredMarketplace): CodexMarketplace {
  const { name, source, sourceType, ref, lastUpdated } = section;
  const isLocal = sourceType === "local" && source !== null;
  const path = isLocal ? resolve(places.project, source) : join(places.clones, name);
  const from = isLocal
    ? ({ kind: "directory", path } as const)
    : sourceType === "git" && source !== null
      ? ({ kind: "git", url: source, ref } as const)
      : ({ kind: "other", name: sourceType ?? "none" } as const);
  return { ...marketplaceAt(name, from, path), lastUpdated };
}

function marketplaceAt(
  name: string,
  source: CodexMarketplace["source"],
  installLocation: string,
): CodexMarketplace {
  const manifest = readMarketplaceManifest(installLocation);
  const own = manifest.kind === "read" ? manifest.value.name : null;
  return {
    name: own ?? name,
    source,
    installLocation,
    lastUpdated: null,
    autoUpdate: null,
    stands: standsAt(installLocation),
    copiedCommit: null,
    manifest,
  };
}

function standsAt(path: string): CodexMarketplace["stands"] {
  try {
    if (!statSync(path).isDirectory()) return "file";
    return existsSync(join(path, ".git")) ? "git" : "folder";
  } catch (error) {
    const code = errorCode(error);
    return code === "ENOENT" || code === "ENOTDIR" ? "absent" : "file";
  }
}

function curatedCommit({ curatedCommit: path }: CodexPlaces): string | null {
  const said = findFile(path, (text) => ({ kind: "read", value: text.trim(), dropped: [] }));
  return said.kind === "read" && /^[0-9a-f]{40,64}$/.test(said.value) ? said.value : null;
}
