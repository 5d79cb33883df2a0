import { join } from "node:path";
import * as z from "zod/mini";
import { sha256 } from "#base/digest.ts";
import { errorCode } from "#base/fault.ts";
import { readIfPresent, replaceFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import type { Locations } from "./locations.ts";

/** The latest names of a crowded folder, as they were while it had that stamp. It can always be made anew. */
const Listing = z.strictObject({
  schema: z.literal("countersign/listing/1"),
  folder: z.string(),
  stamp: z.string(),
  count: z.int(),
  names: z.array(z.string()),
});

/** The latest names, and how many there are in all. */
export type Latest = { readonly names: readonly string[]; readonly count: number };

/** Returns where listings are kept. */
export function listingsFolder({ root }: Locations): string {
  return join(root, "listings");
}

/** Returns what was kept of a folder that has not changed since, or `undefined`. */
export function keptListing(locations: Locations, folder: string, stamp: string): Latest | undefined {
  try {
    const listing = parseJson(readIfPresent(listingFile(locations, folder)) ?? "", Listing);
    return listing.folder === folder && listing.stamp === stamp ? listing : undefined;
  } catch (error) {
    // Whatever is wrong with it, the folder itself tells the same.
    if (error instanceof JsonFault || errorCode(error) !== undefined) return undefined;
    throw error;
  }
}

/** Keeps the latest names of a folder. Where that cannot be written, the next one reads the folder again. */
export function keepListing(
  locations: Locations,
  folder: string,
  listing: Latest & { readonly stamp: string },
): void {
  const text = JSON.stringify({ schema: "countersign/listing/1", folder, ...listing });
  try {
    replaceFile(listingFile(locations, folder), `${text}\n`);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}

function listingFile(locations: Locations, folder: string): string {
  return join(listingsFolder(locations), `${sha256(folder).slice(0, 20)}.json`);
}
