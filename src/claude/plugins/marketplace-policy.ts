import * as z from "zod/mini";
import type { Scope, SettingsFile } from "#claude/settings.ts";
import type { MarketplaceSource } from "./marketplace.ts";
import { marketplaceSource } from "./marketplace-source.ts";
import { membersOf } from "./members-of.ts";

/** A marketplace that a settings file declares (`extraKnownMarketplaces`): the host adds it by itself. */
export type DeclaredMarketplace = {
  readonly name: string;
  readonly scope: Scope;
  readonly path: string;
  readonly source: MarketplaceSource;
  readonly autoUpdate: boolean | null;
};

/** What an administrator says of marketplaces: only these (`strictKnownMarketplaces`), or none of these. */
export type MarketplacePolicy = {
  readonly kind: "only" | "blocked";
  readonly path: string;
  /** A pattern or a word for a whole kind of them is of kind `other`. */
  readonly sources: readonly MarketplaceSource[];
};

const Declared = z.looseObject({
  source: z.unknown(),
  autoUpdate: z.catch(z.nullable(z.boolean()), null),
});

/** Returns the marketplaces that settings declare, in the order in which the files are merged. */
export function declaredMarketplaces(files: readonly SettingsFile[]): readonly DeclaredMarketplace[] {
  return files.flatMap((file) => {
    if (file.kind !== "read") return [];
    const { scope, path, settings } = file;
    return (membersOf(settings["extraKnownMarketplaces"]) ?? []).flatMap(([name, value]) => {
      const declared = Declared.safeParse(value);
      if (!declared.success) return [];
      const { source, autoUpdate } = declared.data;
      return [{ name, scope, path, source: marketplaceSource(source), autoUpdate }];
    });
  });
}

/** Returns what the managed settings say of marketplaces. Other files' words on it do not count (2.1.330). */
export function marketplacePolicies(files: readonly SettingsFile[]): readonly MarketplacePolicy[] {
  return files.flatMap((file) => {
    if (file.kind !== "read" || file.scope !== "managed") return [];
    const { path, settings } = file;
    return [
      ...policyIn("only", path, settings["strictKnownMarketplaces"]),
      ...policyIn("blocked", path, settings["blockedMarketplaces"]),
    ];
  });
}

function policyIn(
  kind: MarketplacePolicy["kind"],
  path: string,
  value: unknown,
): readonly MarketplacePolicy[] {
  return Array.isArray(value) ? [{ kind, path, sources: value.map(marketplaceSource) }] : [];
}
