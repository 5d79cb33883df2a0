import {
  enabledPlugins,
  filesDisablingHooks,
  readSettings,
  registeredHooks,
  type Scope,
  type SettingsPaths,
} from "#claude/settings.ts";

/** What may keep a registered gate from working as meant. `text` says what to do. */
export type SetupWarning = {
  readonly kind:
    | "hooks-disabled"
    | "settings-unreadable"
    | "registered-elsewhere"
    | "shared-file"
    | "other-gate";
  readonly path: string;
  readonly text: string;
};

/** The official plugin that brings Codex into Claude Code; it has a review gate of its own on Stop. */
const CODEX_PLUGIN = /^codex@/;

/**
 * Returns what stands in the way of a registration in that scope. Claude Code merges the hooks of
 * all scopes and runs them at once; equal commands run once, but different ones each.
 */
export function setupWarnings(paths: SettingsPaths, scope: Scope): readonly SetupWarning[] {
  const files = readSettings(paths);
  const disabled = filesDisablingHooks(files).map(({ path }) => ({
    kind: "hooks-disabled" as const,
    path,
    text: `${path} switches hooks off (disableAllHooks or allowManagedHooksOnly): no hook of ours runs until that is taken out.`,
  }));
  const unreadable = files.flatMap((file) =>
    file.kind === "unreadable" && file.scope !== scope
      ? [{ kind: "settings-unreadable" as const, path: file.path, text: unreadableText(file) }]
      : [],
  );
  const others = new Set(
    registeredHooks(files)
      .filter((hook) => hook.scope !== scope)
      .map((hook) => hook.path),
  );
  const elsewhere = [...others].map((path) => ({
    kind: "registered-elsewhere" as const,
    path,
    text: `${path} registers these hooks too: one scope is enough, \`countersign remove --scope ...\` takes the other away.`,
  }));
  return [...disabled, ...unreadable, ...elsewhere, ...shared(paths, scope), ...otherGates(files, paths)];
}

function unreadableText({ path, detail }: { readonly path: string; readonly detail: string }): string {
  return `${path} cannot be read (${detail}): Claude Code ignores such a file as a whole.`;
}

function shared(paths: SettingsPaths, scope: Scope): readonly SetupWarning[] {
  if (scope !== "project") return [];
  const text = `${paths.project} is usually committed, but the launcher that it names is on this machine only: whoever else works with it has to run setup too, or use --scope local.`;
  return [{ kind: "shared-file", path: paths.project, text }];
}

function otherGates(files: ReturnType<typeof readSettings>, paths: SettingsPaths): readonly SetupWarning[] {
  return enabledPlugins(files)
    .filter((id) => CODEX_PLUGIN.test(id))
    .map((id) => ({
      kind: "other-gate",
      path: paths.user,
      text: `the plugin ${id} is enabled: if its own review gate is on (/codex:setup shows it), each stop is reviewed twice; switch that one off there.`,
    }));
}
