import * as z from "zod/mini";
import { sha256 } from "#base/digest.ts";
import { canonicalJson } from "#base/json.ts";
import { clip } from "#base/text.ts";
import { isOurs } from "./own-hook.ts";
import { readSettingsFile } from "./settings.ts";

/** What a file says, in short: a name and a text for each statement. */
export type Facts = Readonly<Record<string, string>>;

const Group = z.looseObject({ hooks: z.array(z.unknown()) });
const Variables = z.catch(z.record(z.string(), z.unknown()), {});

const LONGEST_TEXT = 2_000;

/**
 * What of the `env` of settings can lead our hooks, git or Codex elsewhere. `CLAUDE_CODE_SHELL_PREFIX` is
 * put in front of every hook's command while a session runs (2.1.330).
 */
const TELLING =
  /^(?:COUNTERSIGN_|XDG_|CODEX_|OPENAI_|GIT_|NODE_|LD_|DYLD_|CLAUDE_CODE_(?:STOP_HOOK|SHELL|SIMPLE$|SAFE_MODE$)|CLAUDE_PID$|CLAUDECODE$|CLAUDE_CONFIG_DIR$|PATH$|HOME$|SHELL$|ENV$|BASH_ENV$|IFS$|(?:HTTPS?|ALL|NO)_PROXY$)/i;
/** Settings of ours, in which no secret stands; of all others only a digest is kept. */
const SHOWN = /^COUNTERSIGN_/;

/**
 * Returns what a settings file says that decides whether and how our hooks run: the hooks, with the
 * groups around them, what switches hooks off, and the variables that reach them. Of the hooks of others
 * only a digest each: one that answers `continue: false` ends the turn, even where ours holds it back
 * (2.1.330). Everything else in the file is left out. A file that is not there says nothing.
 */
export function gateSettings(path: string): Facts {
  const file = readSettingsFile("user", path);
  if (file.kind === "absent") return {};
  if (file.kind === "unreadable") return { file: "unreadable" };
  const { hooks, disableAllHooks, allowManagedHooksOnly, env } = file.settings;
  const facts = [
    ...Object.entries(hooks ?? {}).flatMap(([event, groups]) => hookFacts(event, groups)),
    ...switchFact("disableAllHooks", disableAllHooks),
    ...switchFact("allowManagedHooksOnly", allowManagedHooksOnly),
    ...Object.entries(z.parse(Variables, env ?? {})).flatMap(variableFacts),
  ];
  return Object.fromEntries(facts);
}

/** Whole entries, for a matcher, an `if` or an `async` keeps a hook from running as well as its removal. */
function hookFacts(event: string, groups: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(groups)) return [];
  const ours: string[] = [];
  const others: string[] = [];
  for (const group of groups) {
    const parsed = Group.safeParse(group);
    if (!parsed.success) continue;
    const { hooks, ...around } = parsed.data;
    for (const hook of hooks) {
      const entry = canonicalJson({ ...around, hook });
      if (isOurs(hook)) ours.push(entry);
      else others.push(sha256(entry).slice(0, 12));
    }
  }
  return [...listFact(`hooks.${event}`, ours), ...listFact(`others.${event}`, others)];
}

function listFact(name: string, entries: readonly string[]): readonly (readonly [string, string])[] {
  return entries.length === 0 ? [] : [[name, clip([...entries].sort().join("\n"), LONGEST_TEXT)]];
}

/** The host takes any value but `false` for a yes. */
function switchFact(name: string, value: unknown): readonly (readonly [string, string])[] {
  return value === undefined || value === null || value === false
    ? []
    : [[name, clip(canonicalJson(value), 80)]];
}

function variableFacts([name, value]: readonly [string, unknown]): readonly (readonly [string, string])[] {
  if (!TELLING.test(name)) return [];
  const text = canonicalJson(value);
  return [[`env.${name}`, SHOWN.test(name) ? clip(text, 300) : `sha256 ${sha256(text).slice(0, 12)}`]];
}
