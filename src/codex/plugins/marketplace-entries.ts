import { join, posix } from "node:path";
import * as z from "zod/mini";
import { type Found, findFile, type Taken, withoutMark } from "#base/found-file.ts";
import { parseJson } from "#base/json.ts";

/** What a marketplace says of itself. */
export type CodexMarketplaceManifest = {
  readonly name: string | null;
  readonly entries: readonly CodexMarketplaceEntry[];
};

type CodexMarketplaceEntry = {
  readonly name: string;
  /** Codex makes nothing of a version that stands here: it takes the plugin's own, else `local`. */
  readonly version: null;
  readonly source: CodexPluginSource;
  /** A plugin without a manifest of its own is not loaded, whatever stands here. */
  readonly strict: true;
  readonly hooks: null;
};

/** Paths are relative, normalised, with `/`, and `""` for the root. */
type CodexPluginSource =
  | { readonly kind: "relative"; readonly path: string }
  | {
      readonly kind: "git";
      readonly url: string;
      readonly path: string;
      readonly ref: string | null;
      readonly sha: string | null;
    }
  | { readonly kind: "npm"; readonly package: string; readonly version: string | null }
  /** It climbs out: Codex leaves such an entry out, and nobody follows it here. */
  | { readonly kind: "escaping"; readonly path: string }
  | { readonly kind: "other"; readonly text: string };

/** In the order in which 0.169 looks for them. */
const MANIFESTS = [
  ".agents/plugins/marketplace.json",
  ".agents/plugins/api_marketplace.json",
  ".claude-plugin/marketplace.json",
  ".cursor-plugin/marketplace.json",
];

const text = z.catch(z.nullable(z.string()), null);
const Manifest = z.looseObject({ name: text, plugins: z.array(z.unknown()) });
const Entry = z.looseObject({ name: z.string(), source: z.unknown() });
const Source = z.looseObject({
  source: z.string(),
  path: text,
  url: text,
  ref: text,
  sha: text,
  package: text,
  version: text,
});

/** Reads the manifest of the marketplace in a folder: the first of the files that Codex looks for. */
export function readMarketplaceManifest(root: string): Found<CodexMarketplaceManifest> {
  const looked = MANIFESTS.map((path) => join(root, path)).map((path) => findFile(path, manifestOf));
  const absent = { path: join(root, ".agents/plugins/marketplace.json"), kind: "absent" } as const;
  return looked.find(({ kind }) => kind !== "absent") ?? absent;
}

function manifestOf(file: string): Taken<CodexMarketplaceManifest> {
  const { name, plugins } = parseJson(withoutMark(file), Manifest);
  const dropped: string[] = [];
  const entries = plugins.flatMap((plugin, index): readonly CodexMarketplaceEntry[] => {
    const parsed = z.safeParse(Entry, plugin);
    if (!parsed.success) {
      dropped.push(`plugin ${index + 1} is not of a known shape`);
      return [];
    }
    return [
      {
        name: parsed.data.name,
        version: null,
        source: sourceOf(parsed.data.source),
        strict: true,
        hooks: null,
      },
    ];
  });
  return { kind: "read", value: { name, entries }, dropped };
}

function sourceOf(source: unknown): CodexPluginSource {
  if (typeof source === "string") return folderSource(source);
  const parsed = z.safeParse(Source, source);
  if (!parsed.success) return { kind: "other", text: JSON.stringify(source ?? null) };
  const { source: kind, path, url, ref, sha, package: name, version } = parsed.data;
  if (kind === "local" && path !== null) return folderSource(path);
  if (kind === "npm" && name !== null) return { kind: "npm", package: name, version };
  const inside = relativePath(path ?? "");
  if ((kind !== "url" && kind !== "git-subdir") || url === null) return { kind: "other", text: kind };
  if (inside === undefined) return { kind: "escaping", path: path ?? "" };
  return {
    kind: "git",
    url: addressOf(url.trim()),
    path: inside,
    ref: ref?.trim() || null,
    sha: sha?.trim() || null,
  };
}

function folderSource(path: string): CodexPluginSource {
  const inside = path.startsWith("./") ? relativePath(path) : undefined;
  return inside === undefined ? { kind: "escaping", path } : { kind: "relative", path: inside };
}

/** `undefined` for what leaves its folder on the way, even where it comes back. */
function relativePath(path: string): string | undefined {
  if (path.includes("\0") || path.startsWith("/") || path.split("/").includes("..")) return undefined;
  const plain = posix
    .normalize(path)
    .replace(/^\.\/?/, "")
    .replace(/\/$/, "");
  return plain;
}

/** `owner/repository` is one on GitHub. */
function addressOf(url: string): string {
  return /^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/.test(url) ? `https://github.com/${url}.git` : url;
}
