import { resolve } from "node:path";
import * as z from "zod/mini";
import { type KeptAudit, KeptAudit as KeptAuditShape } from "#audit/plugins/kept-audit.ts";
import { errorText } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { parseJson, parseShape } from "#base/json.ts";
import { oneLine } from "#base/text.ts";
import { UsageFault } from "#commands/command.ts";
import { findById } from "#runs/find-by-id.ts";
import type { Locations } from "#runs/locations.ts";
import { type AuditName, auditNames, keepAudit } from "#runs/plugin-audits.ts";
import { laterVersion, readVersioned, type Versioned } from "#runs/schema-version.ts";
import { Moment } from "#runs/sessions/session.ts";

/** An audit of plugins that was put on record. */
const StoredAudit = z.strictObject({
  schema: z.literal("countersign/plugin-audit/1"),
  at: Moment,
  /** Of Countersign. */
  version: z.string(),
  /** The folder that it was asked in, and Claude Code's. */
  project: z.string(),
  configDirectory: z.string(),
  audit: KeptAuditShape,
});
export type StoredAudit = z.output<typeof StoredAudit>;

const STORED_AUDIT: Versioned<typeof StoredAudit> = { name: "plugin-audit", shape: StoredAudit, steps: [] };
const NAMED = 3;

/**
 * Puts an audit on record.
 *
 * @throws StateFault where the file system refuses.
 */
export async function storeAudit(
  locations: Locations,
  draft: Omit<StoredAudit, "schema" | "audit"> & { readonly audit: KeptAudit },
): Promise<AuditName> {
  const stored = parseShape({ schema: "countersign/plugin-audit/1", ...draft }, StoredAudit);
  return await keepAudit(locations, `${JSON.stringify(stored, null, 2)}\n`, new Date(stored.at));
}

/**
 * Returns the audit on record that a text means: an id, the beginning or the end of one, `last`, or a path.
 *
 * @throws UsageFault where there is none, or it cannot be read.
 */
export function auditOnRecord(
  locations: Locations,
  text: string,
  cwd: string,
): StoredAudit & { readonly path: string } {
  const path = /[\\/]|\.json$/.test(text) ? resolve(cwd, text) : pathMeant(locations, text);
  try {
    const content = readIfPresent(path);
    if (content === undefined) throw usage(`there is no ${path}`);
    const read = readVersioned(parseJson(content, z.unknown()), STORED_AUDIT);
    if (read.kind === "newer") throw usage(`${path}: ${laterVersion(read.schema)}`);
    return { ...read.value, path };
  } catch (error) {
    if (error instanceof UsageFault) throw error;
    throw usage(`${path} is no audit that can be read (${oneLine(errorText(error))})`);
  }
}

function pathMeant(locations: Locations, text: string): string {
  const search = findById(auditNames(locations), text);
  switch (search.kind) {
    case "found":
      return search.name.path;
    case "none":
      throw usage(
        text === "last"
          ? "no audit is on record; `countersign audit plugins --record` puts one there"
          : `no audit "${oneLine(text)}" is on record; --since last takes the latest one`,
      );
    case "ambiguous": {
      const named = search.ids.slice(0, NAMED).join(", ");
      const more = search.ids.length > NAMED ? ", ..." : "";
      throw usage(`${search.ids.length} audits begin or end with "${oneLine(text)}": ${named}${more}`);
    }
  }
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text: `audit plugins: ${text}` });
}
