import * as z from "zod/mini";
import type { Found, Taken } from "#base/found-file.ts";
import { membersOf } from "./members-of.ts";
import { readJsonFile } from "./read-json-file.ts";

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

const text = z.optional(z.string());
const Claims = {
  projectPath: text,
  installPath: z.string(),
  version: text,
  installedAt: text,
  lastUpdated: text,
  gitCommitSha: text,
};
const FirstRecord = z.looseObject({
  ...Claims,
  version: z.string(),
  installedAt: z.string(),
  scope: z.catch(z.literal("user"), "user"),
});
const Record = z.looseObject({ ...Claims, scope: z.enum(["managed", "user", "project", "local"]) });

const InstalledFile = z.looseObject({ version: z.optional(z.unknown()), plugins: z.unknown() });

/** Names that Claude Code 2.1.330 takes for the id of a plugin; it sets records of others aside. */
const ID = /^[A-Za-z0-9][-A-Za-z0-9._]*@[A-Za-z0-9][-A-Za-z0-9._]*$/;

/**
 * Returns the records of an `installed_plugins.json`, in the order of the file. Version 1 has one for
 * each plugin, which is the user's. As for 2.1.330 the whole file is unreadable where one record of a
 * plugin has another shape, or where it begins with a byte order mark: nothing of it is loaded then.
 */
export function readInstallRecords(path: string): Found<readonly InstallRecord[]> {
  return readJsonFile(path, InstalledFile, recordsIn, { mark: "refused" });
}

function recordsIn(file: z.output<typeof InstalledFile>): Taken<readonly InstallRecord[]> {
  const version = typeof file.version === "number" ? file.version : 1;
  if (version !== 1 && version !== 2) return { kind: "newer", version: String(version) };
  const plugins = membersOf(file.plugins);
  if (plugins === undefined) return { kind: "unreadable", detail: "plugins: not an object" };
  const named = plugins.filter(([plugin]) => ID.test(plugin));
  const value = named.flatMap(([plugin, found]) =>
    version === 1 ? first(plugin, found) : several(plugin, found),
  );
  const broken = value.find((record) => typeof record === "string");
  if (broken !== undefined) return { kind: "unreadable", detail: `${broken} is of an unknown shape` };
  return {
    kind: "read",
    value: value.filter((record) => typeof record !== "string"),
    dropped: plugins.flatMap(([plugin]) => (ID.test(plugin) ? [] : [`${plugin}: not the id of a plugin`])),
  };
}

/** The name of what is broken stands for it. */
type Parsed = InstallRecord | string;

function first(plugin: string, found: unknown): readonly Parsed[] {
  const record = FirstRecord.safeParse(found);
  return [record.success ? recordOf(plugin, 0, record.data) : plugin];
}

function several(plugin: string, found: unknown): readonly Parsed[] {
  if (!Array.isArray(found)) return [plugin];
  return found.map((one: unknown, index) => {
    const record = Record.safeParse(one);
    return record.success ? recordOf(plugin, index, record.data) : `record ${index + 1} of ${plugin}`;
  });
}

type Fields = z.output<typeof Record> | z.output<typeof FirstRecord>;

function recordOf(plugin: string, index: number, fields: Fields): InstallRecord {
  const { scope, installPath } = fields;
  return {
    plugin,
    index,
    scope,
    projectPath: fields.projectPath ?? null,
    installPath,
    version: fields.version ?? null,
    installedAt: fields.installedAt ?? null,
    lastUpdated: fields.lastUpdated ?? null,
    gitCommitSha: fields.gitCommitSha ?? null,
  };
}
