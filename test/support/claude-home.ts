import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";

/** A home of its own for Claude Code: nothing of the real user is read or written. */
export type ClaudeHome = {
  readonly root: string;
  /** HOME */
  readonly home: string;
  /** CLAUDE_CONFIG_DIR */
  readonly configDirectory: string;
  /** The user scope's settings file; absent until somebody writes it. */
  readonly settingsPath: string;
  readonly temporary: string;
  readonly apiKey: string;
  readonly remove: () => void;
};

const API_KEY = "dummy-key-for-tests";

const GlobalConfig = z.looseObject({ projects: z.record(z.string(), z.looseObject({})) });

/**
 * Makes a home in which onboarding is done, the dummy key is approved, bypassing permissions is
 * accepted, and the given folders are trusted (a terminal runs no hook in an untrusted one).
 */
export function makeClaudeHome(trusted: readonly string[] = []): ClaudeHome {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-claude-")));
  const configDirectory = join(root, "claude-config");
  const home = join(root, "home");
  const temporary = join(root, "tmp");
  for (const folder of [configDirectory, home, temporary]) mkdirSync(folder);
  const made = {
    root,
    home,
    configDirectory,
    settingsPath: join(configDirectory, "settings.json"),
    temporary,
    apiKey: API_KEY,
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
  writeGlobalConfig(made, {
    hasCompletedOnboarding: true,
    bypassPermissionsModeAccepted: true,
    customApiKeyResponses: { approved: [API_KEY], rejected: [] },
    projects: {},
  });
  for (const folder of trusted) trustFolder(made, folder);
  return made;
}

/** Answers the trust question for a folder in advance. */
export function trustFolder(home: ClaudeHome, folder: string): void {
  const config = parseJson(readFileSync(join(home.configDirectory, ".claude.json"), "utf8"), GlobalConfig);
  const trust = { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true };
  writeGlobalConfig(home, { ...config, projects: { ...config.projects, [realpathSync(folder)]: trust } });
}

/** Writes the user scope's settings. */
export function writeUserSettings(home: ClaudeHome, settings: unknown): void {
  writeFileSync(home.settingsPath, `${JSON.stringify(settings, null, 2)}\n`);
}

function writeGlobalConfig(home: Pick<ClaudeHome, "configDirectory">, config: unknown): void {
  writeFileSync(join(home.configDirectory, ".claude.json"), JSON.stringify(config));
}
