import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as z from "zod/mini";
import { sha256 } from "#base/digest.ts";
import { readIfPresent } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";

/** Whether the official plugin's own gate would review a stop in a work tree too. */
export type OfficialGate =
  | { readonly kind: "on"; readonly path: string }
  | { readonly kind: "off" }
  | { readonly kind: "unreadable"; readonly path: string };

const State = z.looseObject({
  config: z.optional(z.looseObject({ stopReviewGate: z.optional(z.unknown()) })),
});

/**
 * Returns how the plugin's gate is set for a work tree. It keeps one `state.json` for each, in its
 * data folder where the host names one and below the temporary folder otherwise; its hooks and its
 * commands need not agree on which (openai/codex-plugin-cc, plugins/codex/scripts/lib/state.mjs).
 */
export function officialGate(pluginsDirectory: string, id: string, root: string): OfficialGate {
  const [plugin = "", marketplace = ""] = id.split("@");
  const places = [
    join(pluginsDirectory, "data", `${plugin}-${marketplace}`, "state"),
    join(tmpdir(), "codex-companion"),
  ];
  const found = places.map((place) => gateIn(join(place, folderName(root), "state.json")));
  return (
    found.find(({ kind }) => kind === "on") ??
    found.find(({ kind }) => kind === "unreadable") ?? { kind: "off" }
  );
}

function gateIn(path: string): OfficialGate {
  try {
    const text = readIfPresent(path);
    const on = text !== undefined && Boolean(parseJson(text, State).config?.stopReviewGate);
    return on ? { kind: "on", path } : { kind: "off" };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return { kind: "unreadable", path };
  }
}

function folderName(root: string): string {
  const slug = basename(root)
    .replace(/[^a-zA-Z0-9._-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return `${slug || "workspace"}-${sha256(realpathSync(root)).slice(0, 16)}`;
}
