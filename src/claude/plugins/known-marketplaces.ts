import { join } from "node:path";
import * as z from "zod/mini";
import type { Found, Taken } from "#base/found-file.ts";
import type { Marketplace } from "./marketplace.ts";
import { readMarketplaceManifest } from "./marketplace-manifest.ts";
import { marketplaceSource } from "./marketplace-source.ts";
import { membersOf } from "./members-of.ts";
import { readJsonFile } from "./read-json-file.ts";
import { readSmallText } from "./read-small-text.ts";
import { relativePath } from "./relative-path.ts";
import { standsAt } from "./stands-at.ts";

const Known = z.looseObject({
  source: z.unknown(),
  installLocation: z.string(),
  lastUpdated: z.catch(z.nullable(z.string()), null),
  autoUpdate: z.catch(z.nullable(z.boolean()), null),
});

/** What the host's file says of a marketplace, before anything is looked at. */
export type KnownMarketplace = Pick<
  Marketplace,
  "name" | "source" | "installLocation" | "lastUpdated" | "autoUpdate"
>;

/**
 * Returns the marketplaces that a `known_marketplaces.json` names, in the order of the file. Never
 * throws. An entry of another shape is dropped and told; a byte order mark makes the file unreadable
 * (both as for 2.1.330).
 */
export function readKnownMarketplaces(path: string): Found<readonly KnownMarketplace[]> {
  return readJsonFile(path, z.unknown(), knownIn, { mark: "refused" });
}

/** As `readKnownMarketplaces`, each with what it offers as it stands there now. */
export function readMarketplaces(path: string): Found<readonly Marketplace[]> {
  const known = readKnownMarketplaces(path);
  return known.kind === "read" ? { ...known, value: known.value.map(lookedAt) } : known;
}

/**
 * Returns the marketplaces of the seed folders, as Claude Code 2.1.330 takes them over when it starts: the
 * first seed that has one counts, and it is looked for in the seed itself, whatever its record says.
 */
export function readSeedMarketplaces(seeds: readonly string[]): readonly Marketplace[] {
  const found = new Map<string, Marketplace>();
  for (const seed of seeds) {
    const known = readKnownMarketplaces(join(seed, "known_marketplaces.json"));
    for (const record of known.kind === "read" ? known.value : []) {
      const here = inSeed(join(seed, "marketplaces"), record);
      if (here !== undefined && !found.has(record.name)) found.set(record.name, here);
    }
  }
  return [...found.values()];
}

function inSeed(folder: string, record: KnownMarketplace): Marketplace | undefined {
  const { name } = record;
  if (/[/\\]/.test(name) || relativePath(name) !== name) return undefined;
  return [join(folder, name), join(folder, `${name}.json`)]
    .map((installLocation) => lookedAt({ ...record, installLocation, autoUpdate: false }))
    .find(({ manifest }) => manifest.kind === "read");
}

function knownIn(file: unknown): Taken<readonly KnownMarketplace[]> {
  const members = membersOf(file);
  if (members === undefined) return { kind: "unreadable", detail: "(whole): not an object" };
  const dropped: string[] = [];
  const value = members.flatMap(([name, found]) => {
    const known = Known.safeParse(found);
    if (!known.success) {
      dropped.push(`${name}: not of a known shape`);
      return [];
    }
    const { source, installLocation, lastUpdated, autoUpdate } = known.data;
    return [{ name, source: marketplaceSource(source), installLocation, lastUpdated, autoUpdate }];
  });
  return { kind: "read", value, dropped };
}

function lookedAt(known: KnownMarketplace): Marketplace {
  const { installLocation } = known;
  return { ...known, ...standingOf(installLocation), manifest: readMarketplaceManifest(installLocation) };
}

function standingOf(location: string): Pick<Marketplace, "stands" | "copiedCommit"> {
  const stands = standsAt(location);
  if (stands === "other") return { stands: "unreadable", copiedCommit: null };
  if (stands !== "folder") return { stands, copiedCommit: null };
  const copiedCommit = copiedCommitIn(join(location, ".gcs-sha"));
  if (standsAt(join(location, ".git")) !== "absent") return { stands: "git", copiedCommit };
  return { stands: copiedCommit === null ? "folder" : "gcs", copiedCommit };
}

/** A commit, and perhaps a line break; anything else names none. */
function copiedCommitIn(path: string): string | null {
  const text = readSmallText(path);
  return text !== null && /^[0-9a-f]{40}$/.test(text.trim()) ? text.trim() : null;
}
