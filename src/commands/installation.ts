import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import manifest from "../../package.json" with { type: "json" };

/** The built programs, each in a folder of its own (see rolldown.config.ts). */
export const BUILT = ["session-start", "stop", "session-end", "keeper", "countersign"] as const;
export type Built = (typeof BUILT)[number];

/** Returns the version of the running code. It is written into the bundle, so a copied bundle keeps it. */
export function packageVersion(): string {
  return manifest.version;
}

/** Returns where a built program of this installation lies. */
export function builtFile(name: Built): string {
  return join(distFolder(), name, `${name}.cjs`);
}

/**
 * Returns the folder that holds the built programs. A bundle lies in one of its folders, beside the
 * others, in the package as in a private copy; unbundled sources lie two floors below the package.
 */
export function distFolder(): string {
  const beside = resolve(import.meta.dirname, "..");
  return existsSync(join(beside, "stop", "stop.cjs")) ? beside : resolve(import.meta.dirname, "../../dist");
}
