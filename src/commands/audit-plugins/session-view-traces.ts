import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import type { PluginInventory } from "#claude/plugins/inventory.ts";
import { isReadInPlace } from "#claude/plugins/marketplace-source.ts";
import type { PluginTrace } from "#claude/plugins/transcript-traces.ts";
import type { HeldPlugin } from "./session-view-plugin.ts";

type Copy = HeldPlugin["copies"][number];
type Candidate = { readonly id: string; readonly copy: Copy };

/**
 * Returns a plugin with the one copy that the transcript tells of, where the process has marked several:
 * the one whose skills were listed last, or, where the session was never told to reload, the one that it
 * began with.
 */
export function toldApart(held: HeldPlugin, traces: readonly PluginTrace[]): HeldPlugin {
  const [first] = held.copies;
  if (held.copies.length < 2 || first === undefined || traces.length === 0) return held;
  const skills = skillsOf(nameOf(held.id), traces);
  const fitting = skills.length === 0 ? [] : held.copies.filter(({ path }) => hasSkills(path, skills));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) {
    const why = `${held.why}; the skills that were listed last are of this one`;
    return { ...held, strength: "inferred", why, copies: [only] };
  }
  if (traces.some(({ kind }) => kind === "reload")) return held;
  const why = `${held.why}; its transcript tells of no reload, so it is the first`;
  return { ...held, strength: "inferred", why, copies: [first] };
}

/**
 * Returns the plugins of which a transcript has traces, by the copies on this machine that agree with
 * them, but for those that are `known` already. A copy that is gone is told by its path alone. Skills and
 * hooks have a plugin's name and not its marketplace: they are those of the known one of that name.
 */
export function heldByTraces(
  traces: readonly PluginTrace[],
  inventory: PluginInventory,
  known: readonly HeldPlugin[],
): readonly HeldPlugin[] {
  const ids = new Set(known.map(({ id }) => id));
  const taken = new Set(known.map(({ id }) => nameOf(id)));
  const candidates = candidatesIn(inventory);
  const named = candidates.filter(({ id }) => !taken.has(nameOf(id)));
  const found = new Map<string, HeldPlugin>();
  const add = (one: HeldPlugin): void => {
    if (!found.has(one.id) && !ids.has(one.id)) found.set(one.id, one);
  };
  for (const trace of traces.toReversed()) {
    if (trace.kind === "path") for (const one of byPath(trace, candidates)) add(one);
  }
  const names = new Set(traces.flatMap((trace) => (trace.kind === "skill" ? [trace.plugin] : [])));
  for (const name of [...names].sort())
    if (!taken.has(name)) for (const one of bySkills(name, traces, named)) add(one);
  for (const trace of traces) if (trace.kind === "hook") for (const one of byHook(trace, named)) add(one);
  return [...found.values()];
}

function candidatesIn({ cache, marketplaces, unrecorded }: PluginInventory): readonly Candidate[] {
  const known = marketplaces.kind === "read" ? marketplaces.value : [];
  const directories = known.flatMap(({ name, source, installLocation, manifest }) => {
    if (!isReadInPlace(source) || manifest.kind !== "read") return [];
    return manifest.value.entries.flatMap((entry) => {
      if (entry.source.kind !== "relative") return [];
      return [{ id: `${entry.name}@${name}`, copy: copyAt(join(installLocation, entry.source.path)) }];
    });
  });
  return [
    ...cache.map(({ name, marketplace, version, folder }) => ({
      id: `${name}@${marketplace}`,
      copy: { ...copyAt(folder.path), version },
    })),
    ...directories,
    ...unrecorded.map(({ id, folder }) => ({ id, copy: copyAt(folder.path) })),
  ];
}

function copyAt(path: string): Copy {
  return { path, version: null, tree: null };
}

const CACHED =
  /^(?<folder>.*[/\\]cache[/\\](?<marketplace>[^/\\]+)[/\\](?<name>[^/\\]+)[/\\](?<version>[^/\\]+))(?:[/\\]|$)/;

function byPath(
  { path, by, at }: Extract<PluginTrace, { readonly kind: "path" }>,
  candidates: readonly Candidate[],
): readonly HeldPlugin[] {
  const why = by === "skill" ? "a skill was used from this folder" : "a hook failed in this folder";
  const told = { strength: "inferred", why, at } as const;
  const here = candidates.find(({ copy }) => path === copy.path || path.startsWith(`${copy.path}/`));
  if (here !== undefined) return [{ ...told, id: here.id, copies: [here.copy] }];
  const { folder, marketplace, name, version } = CACHED.exec(path)?.groups ?? {};
  if (folder === undefined || version === undefined) return [];
  return [{ ...told, id: `${name}@${marketplace}`, copies: [{ ...copyAt(folder), version }] }];
}

type Skill = Extract<PluginTrace, { readonly kind: "skill" }>;

function bySkills(
  name: string,
  traces: readonly PluginTrace[],
  candidates: readonly Candidate[],
): readonly HeldPlugin[] {
  const skills = skillsOf(name, traces);
  const at = skills.at(-1)?.at ?? null;
  const own = candidates.filter(({ id }) => nameOf(id) === name);
  const fitting = own.filter(({ copy }) => hasSkills(copy.path, skills));
  if (fitting.length === 0) {
    const ids = [...new Set(own.map(({ id }) => id))];
    const why = "its skills were listed, and no copy on this machine has them";
    return (ids.length === 0 ? [name] : ids).map((id) => ({ id, strength: "unknown", why, at, copies: [] }));
  }
  return grouped(fitting, "the skills that were listed are of this copy", at);
}

function byHook(
  { command, at }: Extract<PluginTrace, { readonly kind: "hook" }>,
  candidates: readonly Candidate[],
): readonly HeldPlugin[] {
  if (!command.includes("CLAUDE_PLUGIN_ROOT")) return [];
  const written = JSON.stringify(command);
  const fitting = candidates.filter(({ copy }) =>
    textAt(join(copy.path, "hooks", "hooks.json"))?.includes(written),
  );
  // The same words stand in many plugins: then they are nobody's.
  if (new Set(fitting.map(({ id }) => id)).size !== 1) return [];
  return grouped(fitting, "a hook of this copy ran", at);
}

function grouped(fitting: readonly Candidate[], why: string, at: string | null): readonly HeldPlugin[] {
  const ids = [...new Set(fitting.map(({ id }) => id))];
  return ids.map((id) => {
    const copies = fitting.filter((one) => one.id === id).map(({ copy }) => copy);
    const isOne = ids.length === 1 && copies.length === 1;
    const said = isOne ? why : `${why}, and of others as well`;
    return { id, strength: isOne ? "inferred" : "unknown", why: said, at, copies };
  });
}

/** As they were listed last: after a reload those of a plugin that changed are listed again. */
function skillsOf(name: string, traces: readonly PluginTrace[]): readonly Skill[] {
  const last = new Map<string, Skill>();
  for (const trace of traces)
    if (trace.kind === "skill" && trace.plugin === name) last.set(trace.skill, trace);
  return [...last.values()];
}

/** A description is listed as it stands in the skill's or the command's file; a long one is cut. */
function hasSkills(folder: string, skills: readonly Skill[]): boolean {
  return skills.every(({ skill, description }) => {
    const files = [join(folder, "skills", skill, "SKILL.md"), join(folder, "commands", `${skill}.md`)];
    const text = files.map((path) => textAt(path)).find((found) => found !== undefined);
    return text !== undefined && blanksOnce(text).includes(blanksOnce(description).replace(/…$/, ""));
  });
}

function textAt(path: string): string | undefined {
  try {
    return readIfPresent(path);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

function blanksOnce(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function nameOf(id: string): string {
  return id.includes("@") ? id.slice(0, id.lastIndexOf("@")) : id;
}
