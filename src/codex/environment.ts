import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ChildEnvironment, Environment } from "#base/environment.ts";
import { readIfPresent } from "#base/files.ts";

/** Set for everything that Codex starts, so that a nested Claude or Codex which runs our hooks does nothing. */
export const NESTED = "COUNTERSIGN_NESTED";

/** Where things are and how they are shown: passed on, without effect on an answer. */
const SURROUNDINGS = [
  "LANG",
  "LANGUAGE",
  "LC_ALL",
  "LC_CTYPE",
  "LC_MESSAGES",
  "TZ",
  "TMPDIR",
  "USER",
  "LOGNAME",
  "SHELL",
  // Where a sign-in is kept in the desktop's keyring.
  "DBUS_SESSION_BUS_ADDRESS",
  "XDG_RUNTIME_DIR",
  // Without these no program starts on Windows.
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "WINDIR",
  "COMSPEC",
  "PATHEXT",
  "TEMP",
  "TMP",
  "USERPROFILE",
  "APPDATA",
  "LOCALAPPDATA",
  "PROGRAMDATA",
  "PROGRAMFILES",
];

/** What decides which account, which server and which programs are used. */
const DECISIVE = [
  "PATH",
  "HOME",
  "XDG_CONFIG_HOME",
  "CODEX_HOME",
  "CODEX_SQLITE_HOME",
  "CODEX_API_KEY",
  "CODEX_ACCESS_TOKEN",
  "CODEX_CA_CERTIFICATE",
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "OPENAI_ORGANIZATION",
  "OPENAI_PROJECT",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
];

/** What the AWS sign-in reads; passed only to a Codex that is configured for Amazon Bedrock. */
const BEDROCK = [
  "AWS_PROFILE",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_BEARER_TOKEN_BEDROCK",
  "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE",
];

/** Returns the real path of Codex's home: `CODEX_HOME`, else `~/.codex`. It need not exist. */
export function codexHomeOf(environment: Environment): string {
  const path = environment["CODEX_HOME"] || join(environment["HOME"] || homedir(), ".codex");
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Returns the whole environment that a server gets: what Codex needs to find its programs, its
 * sign-in and its network, the variables that its own config.toml names, and the guard. Nothing
 * else of the host's environment reaches it.
 */
export function serverEnvironment(environment: Environment, codexHome: string): ChildEnvironment {
  const configuration = readIfPresent(join(codexHome, "config.toml")) ?? "";
  const names = new Set([...SURROUNDINGS, ...DECISIVE, ...configuredNames(configuration)]);
  const passed = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && isPassed(name, names) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(passed), CODEX_HOME: codexHome, [NESTED]: "1" };
}

/** Returns the part of a server's environment that can change its answers. */
export function decisiveEnvironment(environment: ChildEnvironment): ChildEnvironment {
  const indifferent = new Set([...SURROUNDINGS, NESTED]);
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !indifferent.has(name.toUpperCase())),
  );
}

/** Names are compared in upper case: proxies come in both, and Windows does not tell them apart. */
function isPassed(name: string, names: ReadonlySet<string>): boolean {
  return names.has(name) || names.has(name.toUpperCase());
}

/**
 * Returns the environment variables that a config.toml refers to: `env_key`, `bearer_token_env_var`,
 * `env_vars = [...]` and the values of `env_http_headers` (inline or as a table). A scan of keys
 * rather than a TOML parser: reading one name too many, from a string or a comment, only passes on
 * a variable that the user's own file mentions.
 */
export function configuredNames(toml: string): readonly string[] {
  const single = captures(toml, /\b(?:env_key|bearer_token_env_var)["']?\s*=\s*["']([^"'\n]+)["']/g);
  const lists = captures(toml, /\benv_vars["']?\s*=\s*\[([^\]]*)\]/g);
  const inline = captures(toml, /\benv_http_headers["']?\s*=\s*\{([^}]*)\}/g);
  const tables = captures(toml, /^\s*\[[^\]\n]*\benv_http_headers["']?\s*\]([^[]*)/gm);
  const named = [
    ...single,
    ...lists.flatMap((list) => captures(list, /["']([^"'\n]+)["']/g)),
    ...[...inline, ...tables].flatMap((table) => captures(table, /=\s*["']([^"'\n]+)["']/g)),
    ...(toml.includes("amazon-bedrock") ? BEDROCK : []),
  ];
  return [...new Set(named.filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)))];
}

function captures(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}
