import * as z from "zod/mini";
import type { SettingsFile } from "./settings.ts";

const Variables = z.record(z.string(), z.unknown());

/**
 * Returns the variables that the settings' `env` blocks add to Claude Code's own environment, and so
 * to that of its hooks. The file that is merged last wins (2.1.330).
 */
export function settingsEnvironment(files: readonly SettingsFile[]): Readonly<Record<string, string>> {
  const named = files.flatMap((file) => {
    const block = file.kind === "read" ? Variables.safeParse(file.settings["env"]) : undefined;
    return block?.success === true ? Object.entries(block.data) : [];
  });
  return Object.fromEntries(
    named.flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])),
  );
}
