import type { Scope, SettingsFile } from "#claude/settings.ts";

/** What the settings say of one plugin, in the order in which they are merged; the last word counts. */
export type Enablement = {
  readonly plugin: string;
  readonly words: readonly Word[];
  readonly enabled: boolean;
};

type Word = {
  readonly scope: Scope;
  readonly path: string;
  readonly enabled: boolean;
};

/** Returns what the settings say of each plugin that they name, by its id in code-point order. */
export function enablementsIn(files: readonly SettingsFile[]): readonly Enablement[] {
  const words = new Map<string, readonly Word[]>();
  for (const file of files) {
    if (file.kind !== "read") continue;
    const { scope, path } = file;
    for (const [plugin, value] of Object.entries(file.settings.enabledPlugins ?? {})) {
      const word = { scope, path, enabled: turnsOn(plugin, value) };
      words.set(plugin, [...(words.get(plugin) ?? []), word]);
    }
  }
  return [...words]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([plugin, said]) => ({ plugin, words: said, enabled: said.at(-1)?.enabled === true }));
}

/**
 * Only `true` turns a plugin on: a list of versions leaves it off. One that no marketplace brings is on
 * by itself, and only `false` turns it off (2.1.330).
 */
function turnsOn(plugin: string, value: unknown): boolean {
  return /@(?:inline|skills-dir)$/.test(plugin) ? value !== false : value === true;
}
