import * as z from "zod/mini";
import { clip, oneLine } from "#base/text.ts";
import type { PluginSource } from "./marketplace.ts";
import { relativePath } from "./relative-path.ts";

const text = z.optional(z.string());
/** Of a git commit; one of another form makes the host refuse the entry. */
const Pin = { ref: text, sha: z.optional(z.string().check(z.regex(/^[a-f0-9]{40}$/))) };

const Known = z.discriminatedUnion("source", [
  z.looseObject({ source: z.literal("github"), repo: z.string(), ...Pin }),
  z.looseObject({ source: z.literal("url"), url: z.string(), ...Pin }),
  z.looseObject({ source: z.literal("git-subdir"), url: z.string(), path: z.string(), ...Pin }),
  z.looseObject({ source: z.literal("npm"), package: z.string(), version: text }),
]);

/**
 * Returns where an entry of a marketplace says that its plugin is, as Claude Code 2.1.330 reads it: a
 * path begins with `./`, and a bare name (`formatter`) is one below `pluginRoot`, where there is one.
 */
export function pluginSource(value: unknown, pluginRoot: string | undefined): PluginSource {
  if (typeof value === "string") return fromText(value, pluginRoot);
  const parsed = Known.safeParse(value);
  if (!parsed.success) return other(nameOf(value));
  const source = parsed.data;
  switch (source.source) {
    case "npm":
      return { kind: "npm", package: source.package, version: source.version ?? null };
    case "github":
      return { kind: "github", repo: source.repo, path: "", ...pinOf(source) };
    case "url":
      return { kind: "git", url: source.url, path: "", ...pinOf(source) };
    case "git-subdir": {
      const path = relativePath(source.path);
      if (path === undefined) return { kind: "escaping", path: source.path };
      return { kind: "git", url: source.url, path, ...pinOf(source) };
    }
  }
}

/** A name that 2.1.330 takes for one below `pluginRoot`. */
const BARE = /^[A-Za-z0-9][-A-Za-z0-9._]*$/;

function fromText(value: string, pluginRoot: string | undefined): PluginSource {
  const isBare = BARE.test(value) && !value.includes("..");
  const path = relativePath(isBare ? `./${pluginRoot ?? ""}/${value}` : value);
  if (path === undefined) return { kind: "escaping", path: value };
  const isKnown = isBare ? pluginRoot !== undefined : value === "." || value.startsWith("./");
  return isKnown ? { kind: "relative", path } : other(value);
}

function pinOf({ ref, sha }: { readonly ref?: string | undefined; readonly sha?: string | undefined }) {
  return { ref: ref ?? null, sha: sha ?? null };
}

const Named = z.looseObject({ source: z.string() });

function nameOf(value: unknown): string {
  const named = Named.safeParse(value);
  return named.success ? named.data.source : typeof value;
}

const LONGEST_TEXT = 200;

function other(words: string): PluginSource {
  return { kind: "other", text: clip(oneLine(words), LONGEST_TEXT) };
}
