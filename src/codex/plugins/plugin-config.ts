import { parse } from "smol-toml";
import * as z from "zod/mini";
import { type Found, findFile, withoutMark } from "#base/found-file.ts";
import { parseShape } from "#base/json.ts";

/** What one `config.toml` says of plugins. */
export type PluginConfig = {
  /** `[features] plugins`; null where it says nothing, which is on. */
  readonly feature: boolean | null;
  /** `[plugins."name@marketplace"]`: without `enabled` it is on. */
  readonly plugins: readonly { readonly id: string; readonly enabled: boolean }[];
  readonly marketplaces: readonly ConfiguredMarketplace[];
  /** Folders whose own `.codex/config.toml` counts. */
  readonly trusted: ReadonlyMap<string, boolean>;
};

/** `[marketplaces.NAME]`. */
export type ConfiguredMarketplace = {
  readonly name: string;
  /** `local` is a folder, `git` is cloned. */
  readonly sourceType: string | null;
  readonly source: string | null;
  readonly ref: string | null;
  /** Written by some versions (0.140) and not by others (0.169). */
  readonly lastUpdated: string | null;
};

const text = z.catch(z.nullable(z.string()), null);
const Config = z.looseObject({
  features: z.optional(z.looseObject({ plugins: z.optional(z.unknown()) })),
  plugins: z.optional(z.record(z.string(), z.looseObject({ enabled: z.optional(z.boolean()) }))),
  marketplaces: z.optional(
    z.record(z.string(), z.looseObject({ source_type: text, source: text, ref: text, last_updated: text })),
  ),
  projects: z.optional(z.record(z.string(), z.looseObject({ trust_level: text }))),
});

/**
 * Reads a `config.toml`. One that Codex itself would refuse as a whole is unreadable here too: a wrong
 * type among the plugins is enough for that (0.169). An id that cannot be a path is dropped, as Codex does.
 */
export function readPluginConfig(path: string): Found<PluginConfig> {
  return findFile(path, (toml) => {
    const config = parseShape(parse(withoutMark(toml)), Config);
    const plugins = Object.entries(config.plugins ?? {}).map(([id, { enabled = true }]) => ({ id, enabled }));
    const marketplaces = Object.entries(config.marketplaces ?? {}).map(([name, section]) => ({
      name,
      sourceType: section.source_type,
      source: section.source,
      ref: section.ref,
      lastUpdated: section.last_updated,
    }));
    const feature = config.features?.plugins;
    return {
      kind: "read",
      value: {
        feature: typeof feature === "boolean" ? feature : null,
        plugins: plugins.filter(({ id }) => partsOf(id) !== undefined),
        marketplaces: marketplaces.filter(({ name }) => isSegment(name)),
        trusted: new Map(
          Object.entries(config.projects ?? {}).map(([folder, { trust_level }]) => [
            folder,
            trust_level === "trusted",
          ]),
        ),
      },
      dropped: [
        ...plugins.filter(({ id }) => partsOf(id) === undefined).map(({ id }) => `plugins."${id}"`),
        ...marketplaces.filter(({ name }) => !isSegment(name)).map(({ name }) => `marketplaces."${name}"`),
      ],
    };
  });
}

/** Returns the two halves of `name@marketplace`, or `undefined` where they could not be folders. */
export function partsOf(id: string): { readonly name: string; readonly marketplace: string } | undefined {
  const at = id.lastIndexOf("@");
  const [name, marketplace] = [id.slice(0, Math.max(at, 0)), id.slice(at + 1)];
  return isSegment(name) && isSegment(marketplace) ? { name, marketplace } : undefined;
}

/** Returns whether a name can be that of a folder, and of no other than itself. */
function isSegment(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[\\/\0]/.test(name);
}
