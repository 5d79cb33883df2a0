import * as z from "zod/mini";
import { clip, oneLine } from "#base/text.ts";
import type { MarketplaceSource } from "./marketplace.ts";

const ref = z.catch(z.nullable(z.string()), null);
const Known = z.discriminatedUnion("source", [
  z.looseObject({ source: z.literal("github"), repo: z.string(), ref }),
  z.looseObject({ source: z.literal("git"), url: z.string(), ref }),
  z.looseObject({ source: z.literal("url"), url: z.string() }),
  z.looseObject({ source: z.literal("directory"), path: z.string() }),
  z.looseObject({ source: z.literal("file"), path: z.string() }),
  z.looseObject({ source: z.literal("npm"), package: z.string() }),
]);
const Named = z.looseObject({ source: z.string() });

const LONGEST_NAME = 100;

/** Returns from where a marketplace comes, as the host's files and settings write it. */
export function marketplaceSource(value: unknown): MarketplaceSource {
  const parsed = Known.safeParse(value);
  if (!parsed.success) {
    const named = Named.safeParse(value);
    return {
      kind: "other",
      name: clip(oneLine(named.success ? named.data.source : typeof value), LONGEST_NAME),
    };
  }
  const source = parsed.data;
  switch (source.source) {
    case "github":
      return { kind: "github", repo: source.repo, ref: source.ref };
    case "git":
      return { kind: "git", url: source.url, ref: source.ref };
    case "url":
      return { kind: "url", url: source.url };
    case "directory":
    case "file":
      return { kind: source.source, path: source.path };
    case "npm":
      return { kind: "npm", package: source.package };
  }
}

/**
 * Whether a marketplace was added by a folder, or by the path of its manifest: nothing of it is copied, and
 * 2.1.330 loads the plugins that lie in it from there.
 */
export function isReadInPlace({ kind }: MarketplaceSource): boolean {
  return kind === "directory" || kind === "file";
}
