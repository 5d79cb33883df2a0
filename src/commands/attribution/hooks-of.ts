import { hookPlaces } from "#claude/hook-places.ts";
import { claudeConfigDirectory, pluginsDirectory, readHostEnvironment } from "#claude/host-environment.ts";
import { settingsPaths } from "#claude/settings.ts";
import type { HookPlace } from "#claude/transcript/may-write-silently.ts";
import type { HookCall } from "#commands/hooks/hook-call.ts";

/**
 * Returns the hooks that the host may have for a session: those for the folder that it was started
 * in, or else works in, and for the work tree.
 */
export function hooksOf(
  { environment, home }: Pick<HookCall, "environment" | "home">,
  { cwd, root }: { readonly cwd: string; readonly root: string },
): readonly HookPlace[] {
  const variables = { HOME: home, ...environment };
  const configDirectory = claudeConfigDirectory(variables);
  const plugins = pluginsDirectory(variables);
  const folders = new Set([readHostEnvironment(environment).projectDirectory ?? cwd, root]);
  return [...folders].flatMap((folder) =>
    hookPlaces(settingsPaths(configDirectory, folder, process.platform), plugins),
  );
}
