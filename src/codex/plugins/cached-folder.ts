import { lstatSync, statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { type Found, findFile, withoutMark } from "#base/found-file.ts";
import { parseJson } from "#base/json.ts";

/** What stands at a path where a plugin should be. */
export type CodexPluginFolder = {
  readonly path: string;
  readonly stands: "folder" | "absent" | "not-a-folder" | "unreadable";
  /** Without one that can be read, Codex does not load the plugin. */
  readonly manifest: Found<{
    readonly name: string | null;
    readonly version: string | null;
    readonly hooks: unknown;
  }>;
  /** `hooks/hooks.json`; the plugin is loaded all the same where it cannot be read. */
  readonly hooks: Found<null>;
};

/** In the order in which 0.169 looks for them. */
const MANIFESTS = [".codex-plugin", ".claude-plugin", ".cursor-plugin"];
/** A `plugin.json` at the top counts before all others, where it says that it is of this kind. */
const PORTABLE = "https://agent-plugins.org/schemas/";

const text = z.catch(z.nullable(z.string()), null);
const Manifest = z.looseObject({ $schema: text, name: text, version: text, hooks: z.optional(z.unknown()) });
const HooksFile = z.looseObject({});

/** Returns what stands at a path as a plugin of Codex. Never throws. */
export function readCodexFolder(path: string): CodexPluginFolder {
  return {
    path,
    stands: standsAt(path),
    manifest: readManifest(path),
    hooks: findFile(join(path, "hooks", "hooks.json"), (file) => {
      parseJson(withoutMark(file), HooksFile);
      return { kind: "read", value: null, dropped: [] };
    }),
  };
}

function standsAt(path: string): CodexPluginFolder["stands"] {
  try {
    return statSync(path).isDirectory() ? "folder" : "not-a-folder";
  } catch (error) {
    const code = errorCode(error);
    return code === "ENOENT" || code === "ENOTDIR" ? "absent" : "unreadable";
  }
}

/** The first that is there decides, also where it cannot be read or is a link, which Codex does not follow. */
function readManifest(folder: string): CodexPluginFolder["manifest"] {
  const portable = manifestAt(join(folder, "plugin.json"));
  if (portable.kind === "read" && portable.value.schema?.startsWith(PORTABLE) === true) return portable;
  const paths = MANIFESTS.map((name) => join(folder, name, "plugin.json"));
  const first =
    paths.find((path) => entryAt(path) !== "absent") ?? join(folder, ".codex-plugin", "plugin.json");
  if (entryAt(first) !== "link") return manifestAt(first);
  return { path: first, kind: "unreadable", detail: "it is a link, which Codex does not follow" };
}

function manifestAt(path: string) {
  return findFile(path, (file) => {
    const { $schema: schema, name, version, hooks } = parseJson(withoutMark(file), Manifest);
    return { kind: "read", value: { schema, name, version: version?.trim() ?? null, hooks }, dropped: [] };
  });
}

function entryAt(path: string): "absent" | "link" | "something" {
  try {
    return lstatSync(path).isSymbolicLink() ? "link" : "something";
  } catch {
    return "absent";
  }
}
