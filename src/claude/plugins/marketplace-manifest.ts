import { join } from "node:path";
import * as z from "zod/mini";
import type { Found, Taken } from "#base/found-file.ts";
import type { MarketplaceManifest } from "./marketplace.ts";
import { pluginSource } from "./plugin-source.ts";
import { readJsonFile } from "./read-json-file.ts";
import { relativePath } from "./relative-path.ts";
import { standsAt } from "./stands-at.ts";

const text = z.catch(z.nullable(z.string()), null);
const ManifestFile = z.looseObject({
  name: text,
  plugins: z.array(z.unknown()),
  metadata: z.catch(z.optional(z.looseObject({ pluginRoot: text })), undefined),
});
const Entry = z.looseObject({
  name: z.string(),
  version: text,
  source: z.optional(z.unknown()),
  strict: z.catch(z.boolean(), true),
  hooks: z.optional(z.unknown()),
});

/**
 * Returns what a marketplace offers. `location` is the folder that it was put into, or, for one that
 * was fetched as a file, that very file. Never throws.
 */
export function readMarketplaceManifest(location: string): Found<MarketplaceManifest> {
  const isFile = standsAt(location) === "file";
  const path = isFile ? location : join(location, ".claude-plugin", "marketplace.json");
  return readJsonFile(path, ManifestFile, offersIn);
}

/** An entry whose source is not known stays, for the host does not take it for one that is gone. */
function offersIn(file: z.output<typeof ManifestFile>): Taken<MarketplaceManifest> {
  const dropped: string[] = [];
  const root = pluginRootOf(file.metadata?.pluginRoot ?? undefined);
  const entries = file.plugins.flatMap((plugin, index) => {
    const entry = Entry.safeParse(plugin);
    if (!entry.success) {
      dropped.push(`plugins: entry ${index + 1} has no name`);
      return [];
    }
    const { name, version, source, strict, hooks } = entry.data;
    return [{ name, version, source: pluginSource(source, root), strict, hooks }];
  });
  return { kind: "read", value: { name: file.name, entries }, dropped };
}

/** One that would lead out of the marketplace counts as none. */
function pluginRootOf(root: string | undefined): string | undefined {
  return root === undefined || root === "" ? undefined : relativePath(root);
}
