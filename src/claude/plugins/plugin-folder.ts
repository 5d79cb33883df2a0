import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import type { Found } from "#base/found-file.ts";
import { atLeast } from "#base/lengths.ts";
import { HOST_MARKS } from "./host-marks.ts";
import { membersOf } from "./members-of.ts";
import { readJsonFile } from "./read-json-file.ts";
import { relativePath } from "./relative-path.ts";
import { standsAt } from "./stands-at.ts";

/** What stands at a path where a plugin should be. */
export type PluginFolder = {
  readonly path: string;
  /** `empty`: nothing is in it but marks of the host, which loads nothing from there (2.1.330). */
  readonly stands: "folder" | "empty" | "absent" | "not-a-folder" | "unreadable";
  /** `.claude-plugin/plugin.json`. A plugin without one is loaded all the same (2.1.330). */
  readonly manifest: Found<PluginManifest>;
  /**
   * `hooks/hooks.json`, or the first of the files that the manifest names besides which cannot be read:
   * the plugin is then loaded without those hooks.
   */
  readonly hooks: Found<null>;
};

export type PluginManifest = {
  readonly name: string;
  readonly version: string | null;
  /** As it names its hooks: a path, the hooks themselves, or several of both. */
  readonly hooks: unknown;
};

/** A manifest without a name, or with a version or hooks of another shape, keeps 2.1.330 from loading it. */
const Manifest = z.looseObject({
  name: z.string().check(atLeast(1)),
  version: z.optional(z.string()),
  hooks: z.optional(
    z.union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())], "hooks of another shape"),
  ),
});
const HooksFile = z.looseObject({ hooks: z.optional(z.unknown()), modules: z.optional(z.unknown()) });

/** Returns what stands at a path as a plugin. Never throws. */
export function readPluginFolder(path: string): PluginFolder {
  const manifest = readManifest(join(path, ".claude-plugin", "plugin.json"));
  return { path, stands: standingOf(path), manifest, hooks: hooksOf(path, manifest) };
}

function standingOf(path: string): PluginFolder["stands"] {
  const stands = standsAt(path);
  if (stands === "file" || stands === "other") return "not-a-folder";
  return stands === "folder" ? fillingOf(path) : stands;
}

/** What does not count as content (2.1.330). */
const MARKS = new Set<string>([...HOST_MARKS, "node_modules"]);

function fillingOf(path: string): "folder" | "empty" | "unreadable" {
  try {
    return readdirSync(path).some((name) => !MARKS.has(name)) ? "folder" : "empty";
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return "unreadable";
  }
}

function readManifest(path: string): Found<PluginManifest> {
  return readJsonFile(path, Manifest, ({ name, version, hooks }) => ({
    kind: "read",
    value: { name, version: version ?? null, hooks },
    dropped: [],
  }));
}

function hooksOf(folder: string, manifest: Found<PluginManifest>): Found<null> {
  const standard = readHooks(join(folder, "hooks", "hooks.json"));
  if (standard.kind === "unreadable" || manifest.kind !== "read") return standard;
  const named = namedFiles(manifest.value.hooks).map((name) => readNamed(folder, name));
  return named.find(({ kind }) => kind === "unreadable") ?? standard;
}

function namedFiles(hooks: unknown): readonly string[] {
  return [hooks].flat().filter((one) => typeof one === "string");
}

/** A file that the manifest names has to be there, and within the plugin. */
function readNamed(folder: string, name: string): Found<null> {
  const inside = relativePath(name);
  if (inside === undefined)
    return { path: name, kind: "unreadable", detail: "it lies outside of the plugin" };
  const found = readHooks(join(folder, inside));
  if (found.kind !== "absent") return found;
  return { path: found.path, kind: "unreadable", detail: "the manifest names it, and it is not there" };
}

/** The host takes a file with `hooks`, with `modules`, or with both. */
function readHooks(path: string): Found<null> {
  return readJsonFile(path, HooksFile, ({ hooks, modules }) => {
    const some = Array.isArray(modules) && modules.length > 0;
    if (hooks === undefined && !some)
      return { kind: "unreadable", detail: "it has neither hooks nor modules" };
    if (hooks !== undefined && hooks !== null && membersOf(hooks) === undefined) {
      return { kind: "unreadable", detail: "its hooks are not an object" };
    }
    return { kind: "read", value: null, dropped: [] };
  });
}
