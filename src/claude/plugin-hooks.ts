import { statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import type { Found } from "#base/found-file.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import type { HookPlace } from "#claude/transcript/may-write-silently.ts";
import { readInstallRecords } from "./plugins/install-record.ts";
import { readKnownMarketplaces } from "./plugins/known-marketplaces.ts";
import { readMarketplaceManifest } from "./plugins/marketplace-manifest.ts";

const Events = z.record(z.string(), z.unknown());

const Manifest = z.looseObject({ hooks: z.optional(z.unknown()) });
const HooksFile = z.looseObject({ hooks: z.optional(Events), modules: z.optional(z.unknown()) });

/** What Claude Code 2.1.330 loads of a plugin: its folders, and what its marketplace adds to them. */
type Plugin = { readonly folders: readonly string[]; readonly added: unknown };

/**
 * Returns the hooks that a plugin (`name@marketplace`) brings, as the files have them that Claude
 * Code 2.1.330 keeps in `pluginsDirectory` and below the plugin's folder. What cannot be found or
 * read is `unknown`: it may be there in the session that runs.
 */
export function pluginHooks(pluginsDirectory: string, id: string): readonly HookPlace[] {
  try {
    const { folders, added } = pluginOf(pluginsDirectory, id);
    const [first] = folders;
    if (first === undefined) return [UNKNOWN];
    return [...folders.flatMap(hooksIn), ...namedHooks(first, added)];
  } catch (error) {
    if (!(error instanceof JsonFault) && errorCode(error) === undefined) throw error;
    return [UNKNOWN];
  }
}

const UNKNOWN: HookPlace = { kind: "unknown" };

/**
 * A marketplace that is a folder is no copy: its plugins are loaded as they stand there now. Without any
 * folder where something that is there cannot be read: it may say anything.
 */
function pluginOf(directory: string, id: string): Plugin {
  const records = readInstallRecords(join(directory, "installed_plugins.json"));
  const known = readKnownMarketplaces(join(directory, "known_marketplaces.json"));
  if (!isCertain(records) || !isCertain(known)) return { folders: [], added: undefined };
  const installed = records.kind === "read" ? records.value.filter(({ plugin }) => plugin === id) : [];
  const folders = installed.map(({ installPath }) => installPath);
  const at = id.lastIndexOf("@");
  const found = known.kind === "read" ? known.value.find(({ name }) => name === id.slice(at + 1)) : undefined;
  if (found === undefined) return { folders, added: undefined };
  const own = found.source.kind === "directory" ? found.source.path : undefined;
  const offers = readMarketplaceManifest(own ?? found.installLocation);
  if (offers.kind !== "read") return { folders: [], added: undefined };
  const entry = offers.value.entries.find(({ name }) => name === id.slice(0, at));
  const live = own !== undefined && entry?.source.kind === "relative" ? [join(own, entry.source.path)] : [];
  return { folders: [...live, ...folders], added: entry?.hooks };
}

function isCertain({ kind }: Found<unknown>): boolean {
  return kind === "read" || kind === "absent";
}

/** `hooks/hooks.json` is loaded by itself, what the manifest names besides. */
function hooksIn(folder: string): readonly HookPlace[] {
  if (!statSync(folder).isDirectory()) return [UNKNOWN];
  const manifest = read(join(folder, ".claude-plugin", "plugin.json"), Manifest);
  const standard = read(join(folder, "hooks", "hooks.json"), HooksFile);
  return [...(standard === undefined ? [] : inFile(standard)), ...namedHooks(folder, manifest?.hooks)];
}

/** Either a path below the plugin's folder, or the hooks themselves, or several of both. */
function namedHooks(folder: string, named: unknown): readonly HookPlace[] {
  if (named === undefined) return [];
  if (Array.isArray(named)) return named.flatMap((one: unknown) => namedHooks(folder, one));
  if (typeof named === "string") {
    const file = read(join(folder, named), HooksFile);
    return file === undefined ? [UNKNOWN] : inFile(file);
  }
  const events = Events.safeParse(named);
  return events.success && !Object.hasOwn(events.data, "hooks")
    ? [{ kind: "events", events: events.data }]
    : [UNKNOWN];
}

/** A module registers its hooks as it runs. */
function inFile({ hooks = {}, modules }: z.output<typeof HooksFile>): readonly HookPlace[] {
  return modules === undefined ? [{ kind: "events", events: hooks }] : [UNKNOWN];
}

function read<T>(path: string, schema: z.ZodMiniType<T>): T | undefined {
  const text = readIfPresent(path);
  return text === undefined ? undefined : parseJson(text.replace(/^\uFEFF/, ""), schema);
}
