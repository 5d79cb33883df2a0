import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import type { ProcessStart } from "./claude-process.ts";
import { pluginPlaces } from "./plugin-places.ts";

/** What a process was started with; null is what could not be read. */
export type StartWords = {
  /** Without the program's own name. */
  readonly words: readonly string[] | null;
  /** Words with blanks in them may have come apart. */
  readonly split: boolean;
  readonly environment: NodeJS.ProcessEnv | null;
  /** The folder that relative paths are about. */
  readonly cwd: string;
};

/**
 * Returns what Claude Code 2.1.330 makes of such arguments and variables, as far as plugins go; null
 * where neither could be read. `usual` is its folder of plugins where its own variables are not known.
 */
export function processStart(given: StartWords, usual: string): ProcessStart | null {
  const { words, environment, cwd } = given;
  if (words === null && environment === null) return null;
  const path = (text: string): string => resolve(cwd, text);
  const isThere = (text: string): boolean => existsSync(path(text));
  const options = readOptions(words ?? [], given.split ? isThere : undefined);
  const variables = environment ?? {};
  const places = pluginPlaces({ environment: variables, home: homedir(), cwd, platform: process.platform });
  return {
    pluginDirs: options.pluginDirs.map(path),
    environmentDirs: places.extra,
    pluginUrls: options.pluginUrls,
    seedDirs: places.seeds,
    pluginsDirectory: environment === null ? usual : places.pluginsDirectory,
    settingSources: options.settingSources,
    withoutHooks:
      options.withoutHooks ||
      isOn(variables["CLAUDE_CODE_SIMPLE"]) ||
      isOn(variables["CLAUDE_CODE_SAFE_MODE"]),
    unread: [
      ...(words === null ? (["arguments"] as const) : []),
      ...(environment === null ? (["environment"] as const) : []),
    ],
  };
}

type Options = Pick<ProcessStart, "pluginDirs" | "pluginUrls" | "settingSources" | "withoutHooks">;

/** Its other options that take the word after them whatever it is (`claude --help`, 2.1.330): a prompt may look like an option. */
const TAKE_A_WORD = new Set(
  [
    "agent agents append-system-prompt append-system-prompt-file autocompact debug-file effort environment",
    "fallback-model input-format json-schema managed-settings max-budget-usd max-turns model n name",
    "output-format permission-mode permission-prompt-tool permission-prompts session-id settings",
    "system-prompt system-prompt-file system-prompt-snapshot",
  ]
    .join(" ")
    .split(" ")
    .map((name) => (name.length === 1 ? `-${name}` : `--${name}`)),
);

function readOptions(words: readonly string[], isThere: IsThere | undefined): Options {
  const pluginDirs: string[] = [];
  const pluginUrls: string[] = [];
  let settingSources: readonly string[] | null = null;
  let withoutHooks = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word === "--") break;
    const [name = "", ...joined] = word.split("=");
    const first = joined.length > 0 ? joined.join("=") : words[at + 1];
    const isGiven = TAKES.has(name) && first !== undefined;
    const after = words.slice(joined.length > 0 ? at + 1 : at + 2);
    if (isGiven && PLUGIN_DIR.has(name)) pluginDirs.push(mended(first, after, isThere));
    if (isGiven && name === "--plugin-url")
      pluginUrls.push(...first.split(/\s+/).filter((url) => url !== ""));
    if (isGiven && name === "--setting-sources") settingSources = first.split(",").map((one) => one.trim());
    if (WITHOUT_HOOKS.has(word)) withoutHooks = true;
    if (joined.length === 0 && (isGiven || TAKE_A_WORD.has(name))) at += 1;
  }
  return { pluginDirs, pluginUrls, settingSources, withoutHooks };
}

type IsThere = (path: string) => boolean;

/** A path that came apart at its blanks is the longest one that is there. */
function mended(first: string, after: readonly string[], isThere: IsThere | undefined): string {
  if (isThere === undefined) return first;
  const end = after.findIndex((word) => word.startsWith("--"));
  const rest = end === -1 ? after : after.slice(0, end);
  const paths = [first, ...rest.map((_, index) => [first, ...rest.slice(0, index + 1)].join(" "))];
  return paths.findLast(isThere) ?? first;
}

const PLUGIN_DIR = new Set(["--plugin-dir", "--plugin-dir-no-mcp"]);
const TAKES = new Set([...PLUGIN_DIR, "--plugin-url", "--setting-sources"]);
const WITHOUT_HOOKS = new Set(["--bare", "--safe-mode"]);

function isOn(value: string | undefined): boolean {
  return value !== undefined && ["1", "true", "yes", "on"].includes(value.toLowerCase());
}
