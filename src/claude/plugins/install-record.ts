import * as z from "zod/mini";
import type { Found } from "./found.ts";
import { membersOf } from "./members-of.ts";
import { readJsonFile, type Taken } from "./read-json-file.ts";

/** One record of `installed_plugins.json`: what the host says that it installed. The fields are claims. */
export type InstallRecord = {
  /** `name@marketplace`. */
  readonly plugin: string;
  /** Its place among the records of its plugin: the first one that applies is the one that is loaded. */
  readonly index: number;
  readonly scope: string;
  readonly projectPath: string | null;
  readonly installPath: string;
  readonly version: string | null;
  readonly installedAt: string | null;
  readonly lastUpdated: string | null;
  readonly gitCommitSha: string | null;
};

const text = z.catch(z.nullable(z.string()), null);

const InstalledFile = z.looseObject({ version: z.optional(z.unknown()), plugins: z.unknown() });

const Claims = {
  projectPath: text,
  installPath: z.string(),
  version: text,
  installedAt: text,
  lastUpdated: text,
  gitCommitSha: text,
};
const FirstRecord = z.looseObject(Claims);
const Record = z.looseObject({ ...Claims, scope: z.string() });

/**
 * Returns the records of an `installed_plugins.json`, in the order of the file. Version 1 has one for
 * each plugin, which is the user's; a file without a number for its version is of version 1, as it is
 * for Claude Code 2.1.330. A record of another shape is dropped and told; its siblings count.
 */
export function readInstallRecords(path: string): Found<readonly InstallRecord[]> {
  return readJsonFile(path, InstalledFile, recordsIn);
}

function recordsIn(file: z.output<typeof InstalledFile>): Taken<readonly InstallRecord[]> {
  const version = typeof file.version === "number" ? file.version : 1;
  if (version !== 1 && version !== 2) return { kind: "newer", version: String(version) };
  const plugins = membersOf(file.plugins);
  if (plugins === undefined) return { kind: "unreadable", detail: "plugins: not an object" };
  const dropped: string[] = [];
  const value = plugins.flatMap(([plugin, found]) => {
    const records: unknown = version === 1 ? [found] : found;
    if (!Array.isArray(records)) {
      dropped.push(`${plugin}: not a list of records`);
      return [];
    }
    return records.flatMap((record: unknown, index) => {
      const parsed = recordOf(record, version);
      if (parsed === undefined) dropped.push(`${plugin}: record ${index + 1} is not of a known shape`);
      return parsed === undefined ? [] : [{ plugin, index, ...parsed }];
    });
  });
  return { kind: "read", value, dropped };
}

function recordOf(record: unknown, version: 1 | 2): Omit<InstallRecord, "plugin" | "index"> | undefined {
  const parsed = version === 1 ? z.safeParse(FirstRecord, record) : z.safeParse(Record, record);
  if (!parsed.success) return undefined;
  const { installPath, projectPath, installedAt, lastUpdated, gitCommitSha } = parsed.data;
  const scope = typeof parsed.data["scope"] === "string" ? parsed.data["scope"] : "user";
  return {
    scope,
    projectPath,
    installPath,
    version: parsed.data.version,
    installedAt,
    lastUpdated,
    gitCommitSha,
  };
}
