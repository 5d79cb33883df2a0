import { join } from "node:path";
import * as z from "zod/mini";
import type { Found } from "./found.ts";
import type { Marketplace } from "./marketplace.ts";
import { readMarketplaceManifest } from "./marketplace-manifest.ts";
import { marketplaceSource } from "./marketplace-source.ts";
import { membersOf } from "./members-of.ts";
import { readJsonFile, type Taken } from "./read-json-file.ts";
import { readSmallText } from "./read-small-text.ts";
import { standsAt } from "./stands-at.ts";

const KnownMarketplace = z.looseObject({
  source: z.unknown(),
  installLocation: z.string(),
  lastUpdated: z.catch(z.nullable(z.string()), null),
  autoUpdate: z.catch(z.nullable(z.boolean()), null),
});

/**
 * Returns the marketplaces that a `known_marketplaces.json` names, in the order of the file, each with
 * what it offers as it stands there now. Never throws. An entry of another shape is dropped and told; a
 * byte order mark makes the file unreadable (both as for 2.1.330).
 */
export function readMarketplaces(path: string): Found<readonly Marketplace[]> {
  const known = readJsonFile(path, z.unknown(), recordsIn, REFUSED);
  if (known.kind !== "read") return known;
  return { ...known, value: known.value.map(([name, record]) => marketplace(name, record)) };
}

const REFUSED = { mark: "refused" } as const;

/**
 * Returns the marketplaces of the seed folders, as Claude Code 2.1.330 takes them over when it starts: the
 * first seed that has one counts, and it is looked for in the seed itself, whatever its record says.
 */
export function readSeedMarketplaces(seeds: readonly string[]): readonly Marketplace[] {
  const found = new Map<string, Marketplace>();
  for (const seed of seeds) {
    const known = readJsonFile(join(seed, "known_marketplaces.json"), z.unknown(), recordsIn, REFUSED);
    if (known.kind !== "read") continue;
    for (const [name, record] of known.value) {
      const places = [join(seed, "marketplaces", name), join(seed, "marketplaces", `${name}.json`)];
      const here = places
        .map((installLocation) => marketplace(name, { ...record, installLocation, autoUpdate: false }))
        .find(({ manifest }) => manifest.kind === "read");
      if (here !== undefined && !found.has(name)) found.set(name, here);
    }
  }
  return [...found.values()];
}

type KnownMarketplace = z.output<typeof KnownMarketplace>;

function recordsIn(file: unknown): Taken<readonly (readonly [string, KnownMarketplace])[]> {
  const members = membersOf(file);
  if (members === undefined) return { kind: "unreadable", detail: "(whole): not an object" };
  const dropped: string[] = [];
  const value = members.flatMap(([name, found]) => {
    const known = KnownMarketplace.safeParse(found);
    if (known.success) return [[name, known.data] as const];
    dropped.push(`${name}: not of a known shape`);
    return [];
  });
  return { kind: "read", value, dropped };
}

function marketplace(name: string, known: KnownMarketplace): Marketplace {
  const { installLocation, lastUpdated, autoUpdate } = known;
  return {
    name,
    source: marketplaceSource(known.source),
    installLocation,
    lastUpdated,
    autoUpdate,
    ...standingOf(installLocation),
    manifest: readMarketplaceManifest(installLocation),
  };
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
