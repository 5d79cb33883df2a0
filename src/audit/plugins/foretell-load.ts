import type { Found } from "#base/found-file.ts";
import type { PluginFolder } from "#claude/plugins/plugin-folder.ts";
import type { UnrecordedPlugin } from "#claude/plugins/unrecorded-plugin.ts";
import { mayBeRefused } from "./may-be-refused.ts";
import type { LoadSurroundings, NextLoad, NotLoaded } from "./next-load.ts";
import { firstRecorded, readsLive } from "./plugin-copies.ts";
import type { PluginFacts } from "./plugin-facts.ts";
import { nameOf } from "./plugin-id.ts";
import { folderNameOf } from "./version-order.ts";

type LoadReason = Extract<NextLoad, { readonly kind: "loads" }>["why"];

/**
 * Returns what a session that is started now would load of a plugin, and why, by the order in which
 * Claude Code 2.1.330 asks: what the environment gives, the settings, the marketplace, the records, the
 * folder. It foretells nothing of a session that already runs.
 */
export function nextLoad(facts: PluginFacts, around: LoadSurroundings): NextLoad {
  if (facts.host === "codex") return nextOfCodex(facts, around);
  const given = givenHere(facts.id, around);
  switch (given?.origin) {
    case "environment":
      return byWord(facts, around, "unless-disabled") ?? loaded(given.folder, "environment", around);
    case "skills-dir":
      return byWord(facts, around, "unless-disabled") ?? asSkill(facts, given.folder, around);
    case "seed":
      return byWord(facts, around, "where-enabled") ?? bySeed(facts, given.folder, around);
    default:
      if (isGivenElsewhere(facts, around)) return { kind: "does-not-load", why: "given-to-a-session" };
      return (
        byWord(facts, around, "where-enabled") ?? byMarketplace(facts, around) ?? byRecords(facts, around)
      );
  }
}

function givenHere(id: string, { unrecorded }: LoadSurroundings): UnrecordedPlugin | undefined {
  return unrecorded.find((one) => one.id === id && one.origin !== "plugin-dir");
}

/** Nothing but another session's own start speaks of it. */
function isGivenElsewhere(
  { id, marketplace, copies }: PluginFacts,
  { unrecorded }: LoadSurroundings,
): boolean {
  return (
    marketplace === null &&
    copies.every(({ record }) => record === null) &&
    unrecorded.some((one) => one.id === id)
  );
}

/** What the settings and the environment decide before any file of the plugin is asked. */
function byWord(
  facts: PluginFacts,
  around: LoadSurroundings,
  loads: "where-enabled" | "unless-disabled",
): NextLoad | undefined {
  if (around.settings === "unreadable") return { kind: "unknown", why: "settings-unreadable" };
  if (facts.enablement?.enabled === false) return { kind: "does-not-load", why: "disabled" };
  if (facts.enablement === null && loads === "where-enabled") {
    return { kind: "does-not-load", why: "not-enabled" };
  }
  const taken = around.unrecorded.some(({ id, origin }) => {
    return origin === "environment" && id !== facts.id && nameOf(id) === nameOf(facts.id);
  });
  return taken ? { kind: "does-not-load", why: "overridden" } : undefined;
}

/** Where an installed plugin has the same name, 2.1.330 loads that one. */
function asSkill({ id }: PluginFacts, folder: PluginFolder, around: LoadSurroundings): NextLoad {
  if (around.installedNames.includes(nameOf(id))) return { kind: "does-not-load", why: "name-taken" };
  return loaded(folder, "skills-dir", around);
}

/** A record that leads somewhere comes before what a seed folder holds. */
function bySeed(facts: PluginFacts, seeded: PluginFolder, around: LoadSurroundings): NextLoad {
  const next = byMarketplace(facts, around) ?? byRecords(facts, around);
  return next.kind === "loads" ? next : loaded(seeded, "seed", around);
}

/** Nothing where the marketplace gives no reason against it. */
function byMarketplace({ marketplace, entry }: PluginFacts, around: LoadSurroundings): NextLoad | undefined {
  const unknown = byFile(around.marketplaces, "marketplace-unknown", "marketplaces-unreadable");
  if (unknown !== undefined) return unknown;
  if (marketplace === null) return { kind: "does-not-load", why: "marketplace-unknown" };
  if (marketplace.stands === "absent") return { kind: "does-not-load", why: "marketplace-missing" };
  const broken = byFile(marketplace.manifest.kind, "marketplace-unreadable", "marketplace-unreadable");
  if (broken !== undefined) return broken;
  if (entry === null) return { kind: "does-not-load", why: "not-offered" };
  const refused = mayBeRefused(marketplace.source, around.policies);
  return refused ? { kind: "unknown", why: "policy" } : undefined;
}

function byFile(
  kind: Found<unknown>["kind"],
  absent: NotLoaded,
  unreadable: NotLoaded,
): NextLoad | undefined {
  switch (kind) {
    case "read":
      return undefined;
    case "absent":
      return { kind: "does-not-load", why: absent };
    case "unreadable":
      return { kind: "does-not-load", why: unreadable };
    case "newer":
      return { kind: "unknown", why: "file-newer" };
  }
}

/** A marketplace that is a folder is read where it lies, with or without a record (measured with 2.1.330). */
function byRecords(facts: PluginFacts, around: LoadSurroundings): NextLoad {
  const first = firstRecorded(facts);
  if (readsLive(facts)) {
    const folder = facts.offered?.folder ?? null;
    if (folder === null) return { kind: "does-not-load", why: "folder-missing" };
    return loaded(folder, "directory-source", around, first?.record.index);
  }
  const refused = byFile(around.records, "no-record", "records-unreadable");
  if (refused !== undefined) return refused;
  if (first !== undefined) {
    return asListed(facts, first.folder, loaded(first.folder, "record", around, first.record.index));
  }
  if (around.installsAtStart) return installedAtStart(facts, around);
  const recorded = facts.copies.some(({ record }) => record !== null);
  return { kind: "does-not-load", why: recorded ? "no-record-applies" : "no-record" };
}

/** What the cache has of the offered version is loaded, and no record is written (measured with 2.1.330). */
function installedAtStart({ offered, copies }: PluginFacts, around: LoadSurroundings): NextLoad {
  const name = folderNameOf(offered?.version ?? "");
  const found = copies.find(({ cached }) => cached?.version === name);
  if (found === undefined) return { kind: "unknown", why: "installed-at-start" };
  return loaded(found.folder, "installed-at-start", around);
}

/** Without a plugin.json a session names the version that the marketplace's entry names (measured with 2.1.330). */
function asListed({ entry }: PluginFacts, { manifest }: PluginFolder, next: NextLoad): NextLoad {
  if (next.kind !== "loads" || manifest.kind !== "absent") return next;
  return { ...next, version: entry?.version ?? null };
}

/**
 * Codex 0.169 loads what is configured from the folder of its cache that stands for the record, whatever
 * became of the marketplace, and nothing without a manifest. With a configuration that it cannot read it
 * does not start.
 */
function nextOfCodex(facts: PluginFacts, around: LoadSurroundings): NextLoad {
  const refused = byFile(around.records, "not-enabled", "records-unreadable");
  if (refused !== undefined) return refused;
  if (facts.enablement === null) return { kind: "does-not-load", why: "not-enabled" };
  if (!facts.enablement.enabled) return { kind: "does-not-load", why: "disabled" };
  const first = firstRecorded(facts);
  if (first === undefined) return { kind: "does-not-load", why: "folder-missing" };
  const next = loaded(first.folder, "cache", around, first.record.index);
  const bare = next.kind === "loads" && first.folder.manifest.kind === "absent";
  return bare ? { kind: "does-not-load", why: "manifest-broken" } : next;
}

function loaded(
  folder: PluginFolder,
  why: LoadReason,
  around: LoadSurroundings,
  record: number | null = null,
): NextLoad {
  if (folder.stands === "unreadable") return { kind: "unknown", why: "folder-unreadable" };
  if (folder.stands !== "folder") return { kind: "does-not-load", why: "folder-missing" };
  const { manifest } = folder;
  if (manifest.kind === "unreadable") return { kind: "does-not-load", why: "manifest-broken" };
  if (manifest.kind === "newer") return { kind: "unknown", why: "file-newer" };
  const version = manifest.kind === "read" ? manifest.value.version : null;
  const broken = folder.hooks.kind === "unreadable" ? "broken" : "run";
  return {
    kind: "loads",
    path: folder.path,
    version,
    why,
    record,
    hooks: around.hooks === "off" ? "off" : broken,
  };
}
