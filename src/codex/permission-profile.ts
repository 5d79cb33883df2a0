import { join } from "node:path";

/** The name under which servers and threads know the profile. */
export const PROFILE_NAME = "countersign";

/**
 * How deep Codex looks for files that a glob denies, before every single command. In a tree of
 * 50,000 files a command takes 75 ms longer at 5 levels than without globs, and 210 ms at 8.
 */
const GLOB_SCAN_DEPTH = 6;

/** Below the workspace: what by custom holds the secrets of a project. */
const SECRET_GLOBS = ["**/.env", "**/.env.*"];

/** Below the home directory: keys and logins of other programs. A path that is not there does no harm. */
const SECRET_PATHS = [
  "~/.ssh",
  "~/.gnupg",
  "~/.aws",
  "~/.azure",
  "~/.kube",
  "~/.config/gcloud",
  "~/.config/gh",
  "~/.docker/config.json",
  "~/.git-credentials",
  "~/.config/git/credentials",
  "~/.netrc",
  "~/.npmrc",
  "~/.pypirc",
  "~/.cargo/credentials.toml",
  "~/.terraform.d/credentials.tfrc.json",
  "~/.vault-token",
  "~/.claude/.credentials.json",
  // Their `env` holds keys.
  "~/.claude/settings.json",
  "~/.claude/settings.local.json",
  "~/.claude/projects",
  "~/.claude.json",
];

/** Codex's own login, and what other threads have seen. */
const CODEX_FILES = [
  "auth.json",
  ".env",
  ".credentials.json",
  "config.toml",
  "history.jsonl",
  "sessions",
  "archived_sessions",
];

export type PermissionProfile = {
  readonly filesystem: Readonly<Record<string, number | string | Readonly<Record<string, string>>>>;
};

/**
 * Returns the profile in the spelling of Codex's `[permissions.<name>]` table: everything may be
 * read but the secrets, nothing may be written, and there is no network.
 *
 * `deniedReads` adds to it: absolute paths, paths that begin with `~/`, or globs relative to the
 * workspace.
 *
 * Source: https://developers.openai.com/codex/permissions, tried on 0.169.
 */
export function permissionProfile(codexHome: string, deniedReads: readonly string[]): PermissionProfile {
  const own = CODEX_FILES.map((file) => join(codexHome, file));
  return {
    filesystem: {
      glob_scan_max_depth: GLOB_SCAN_DEPTH,
      ":root": "read",
      ...denials([...SECRET_PATHS, ...own, ...deniedReads.filter(isRooted)]),
      ":workspace_roots": denials([...SECRET_GLOBS, ...deniedReads.filter((path) => !isRooted(path))]),
    },
  };
}

/**
 * Returns the arguments, before `app-server`, that make a server know the profile and use it by
 * default. `command/exec` can name only a profile of the server's own configuration, and a
 * configuration that has profiles is refused without a default.
 */
export function profileArguments(codexHome: string): readonly string[] {
  const profile = inlineToml(permissionProfile(codexHome, []));
  return ["-c", `permissions.${PROFILE_NAME}=${profile}`, "-c", `default_permissions="${PROFILE_NAME}"`];
}

type TomlValue = string | number | { readonly [key: string]: TomlValue };

/** A JSON string is a TOML basic string too: both know the same escapes. */
function inlineToml(value: TomlValue): string {
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}=${inlineToml(inner)}`);
  return `{${entries.join(",")}}`;
}

function denials(paths: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(paths.map((path) => [path, "deny"]));
}

function isRooted(path: string): boolean {
  return path.startsWith("/") || path.startsWith("~/") || /^[A-Za-z]:[\\/]/.test(path);
}
