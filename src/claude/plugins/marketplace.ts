import type { Found } from "#base/found-file.ts";

/** From where a marketplace was added, as `known_marketplaces.json` has it. */
export type MarketplaceSource =
  | { readonly kind: "github"; readonly repo: string; readonly ref: string | null }
  | { readonly kind: "git"; readonly url: string; readonly ref: string | null }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "npm"; readonly package: string }
  /** A kind that nobody here has seen, or a known one of another shape. */
  | { readonly kind: "other"; readonly name: string };

/** A marketplace that Claude Code knows, and what stands where it says. */
export type Marketplace = {
  readonly name: string;
  readonly source: MarketplaceSource;
  readonly installLocation: string;
  /** The host's own word; it is written by failed refreshes too, and proves nothing. */
  readonly lastUpdated: string | null;
  readonly autoUpdate: boolean | null;
  /** `gcs`: the official one may be a plain copy with a `.gcs-sha`. */
  readonly stands: "git" | "gcs" | "folder" | "file" | "absent" | "unreadable";
  /** The content of `.gcs-sha`. */
  readonly copiedCommit: string | null;
  readonly manifest: Found<MarketplaceManifest>;
};

export type MarketplaceManifest = {
  readonly name: string | null;
  readonly entries: readonly MarketplaceEntry[];
};

/** One plugin as its marketplace offers it. */
export type MarketplaceEntry = {
  readonly name: string;
  readonly version: string | null;
  readonly source: PluginSource;
  /** False where the entry itself is the plugin's manifest: its folder then needs none. */
  readonly strict: boolean;
  /** What the marketplace adds to the plugin's own hooks, written as in a plugin's manifest. */
  readonly hooks: unknown;
};

/** Where an entry says that its plugin is. Paths are relative, normalised, with `/`, and `""` for the root. */
export type PluginSource =
  /** A folder of the marketplace itself. */
  | { readonly kind: "relative"; readonly path: string }
  | {
      readonly kind: "github";
      readonly repo: string;
      readonly path: string;
      readonly ref: string | null;
      readonly sha: string | null;
    }
  /** `url` and `git-subdir` (which has a path). */
  | {
      readonly kind: "git";
      readonly url: string;
      readonly path: string;
      readonly ref: string | null;
      readonly sha: string | null;
    }
  | { readonly kind: "npm"; readonly package: string; readonly version: string | null }
  /** It is absolute, or climbs out of where it belongs: never followed. */
  | { readonly kind: "escaping"; readonly path: string }
  /** A kind that 2.1.330 does not know either, or a known one of another shape: it installs nothing. */
  | { readonly kind: "other"; readonly text: string };
