import { codexWords, threadNamed } from "./codex-words.ts";
import type { CodexCall, KnownPrompt } from "./delegation.ts";
import { baseName, type ProgramWords, programsOf } from "./program-of.ts";
import { type ShellCommand, shellCommands } from "./shell-commands.ts";
import { shellTokens } from "./shell-tokens.ts";
import { type ShellWord, textOf } from "./shell-word.ts";

/** Codex itself, however it is named: its native binary, its Node wrapper, its package with a version. */
const CODEX = /^(?:codex(?:\.(?:exe|cmd|js|mjs))?|codex-(?:x86_64|aarch64)[\w.-]*)$/;
const PACKAGE = /^@openai\/codex(?:@[\w.-]+)?$/;
/** The script of the official plugin, and of those made after it. */
const COMPANION = /^codex[\w-]*-?companion\.(?:m?js|cjs|ts)$/;
/** A review of that plugin is started as an ephemeral thread; a task is kept (`codex-companion.mjs` 1.0). */
const COMPANION_RUNS: ReadonlyMap<string, { readonly ephemeral: boolean }> = new Map([
  ["task", { ephemeral: false }],
  ["review", { ephemeral: true }],
  ["adversarial-review", { ephemeral: true }],
  ["task-worker", { ephemeral: false }],
]);
const OURS: ReadonlySet<string> = new Set([
  "exec",
  "review",
  "thread start",
  "thread resume",
  "thread review",
]);

/**
 * Returns the calls of Codex in a shell script, in the order in which they stand. `folder` is where the
 * script was started. Only calls that bring a model to work are among them: `codex --version` is none.
 */
export function codexCalls(script: string, folder: string | undefined): readonly CodexCall[] {
  if (!/codex|countersign|\$/.test(script)) return [];
  const detached = runsAside(script);
  return shellCommands(script, folder)
    .flatMap((command) => programsOf(command))
    .flatMap((found) => callOf(found) ?? [])
    .map((call) => (detached ? { ...call, detached } : call));
}

/** A single `&` may stand behind a whole group, so it counts for all commands. */
function runsAside(script: string): boolean {
  if (!script.includes("&")) return false;
  return shellTokens(script).some(
    ({ kind, ...token }) => kind === "operator" && "text" in token && token.text === "&",
  );
}

function callOf(found: ProgramWords): CodexCall | undefined {
  const name = baseName(found.program);
  if (CODEX.test(name) || PACKAGE.test(found.program)) return codexCall(found);
  if (COMPANION.test(name)) return companionCall(found);
  if (/^countersign(?:\.(?:cjs|js|cmd|exe))?$/.test(name)) return ownCall(found);
  return undefined;
}

function codexCall({ words, command, elsewhere }: ProgramWords): CodexCall | undefined {
  const taken = codexWords(words);
  if (taken === undefined) return undefined;
  const { verb, resumes, ephemeral } = taken;
  const prompt = taken.reads && taken.prompt.kind !== "own" ? readPrompt(command) : taken.prompt;
  const folder = taken.folderUnknown ? undefined : within(taken.folder, command.folder);
  return {
    program: "codex",
    verb,
    prompt,
    resumes,
    folder,
    ephemeral,
    detached: false,
    ...around(command, elsewhere),
  };
}

/** What stands on its input, where it stands in the script. */
function readPrompt({ input }: ShellCommand): KnownPrompt {
  return input.kind === "text" && input.text.trim() !== ""
    ? { kind: "known", pieces: [input.text], whole: true }
    : { kind: "unknown" };
}

function companionCall({ words, command, elsewhere }: ProgramWords): CodexCall | undefined {
  const [verb, ...rest] = words;
  const runs = COMPANION_RUNS.get(textOf(verb));
  if (runs === undefined) return undefined;
  const { said, flags, cwd } = sortedOut(
    rest,
    new Set(["--model", "-m", "--effort", "--base", "--scope", "--cwd", "-C", "--prompt-file"]),
  );
  return {
    program: "companion",
    verb: textOf(verb),
    prompt: textOf(verb) === "task" ? saidPrompt(said) : { kind: "own" },
    resumes: flags.has("--resume") || flags.has("--resume-last") ? "last" : undefined,
    folder: within(cwd, command.folder),
    ephemeral: runs.ephemeral,
    detached: flags.has("--background"),
    ...around(command, elsewhere),
  };
}

function ownCall({ words, command, elsewhere }: ProgramWords): CodexCall | undefined {
  const [first = "", second = ""] = words.map(textOf);
  const verb = first === "thread" ? `thread ${second}` : first;
  if (!OURS.has(verb)) return undefined;
  const rest = words.slice(first === "thread" ? 2 : 1);
  const { said, flags, cwd, goal } = sortedOut(rest, OWN_VALUES);
  if (["--help", "-h", "--dry-run"].some((flag) => flags.has(flag))) return undefined;
  const continues = verb === "thread resume";
  const named = continues && !flags.has("--last") ? said[0] : undefined;
  const isReview = verb.endsWith("review");
  return {
    program: "countersign",
    verb,
    prompt: isReview ? { kind: "own" } : saidPrompt(goal ?? (named === undefined ? said : said.slice(1))),
    resumes: continues ? threadNamed(named) : undefined,
    folder: within(cwd, command.folder),
    ephemeral: flags.has("--ephemeral"),
    detached: flags.has("--background"),
    ...around(command, elsewhere),
  };
}

/** Options of our own commands that take the next word. */
const OWN_VALUES = new Set(
  "--contract --goal --allow --require --require-command --input --image --output --forbid --keep --verify --answer-schema --images --copy-to --model --effort --timeout --reason --base --commit --custom --focus --name --title --cwd -C".split(
    " ",
  ),
);

function sortedOut(
  words: readonly ShellWord[],
  values: ReadonlySet<string>,
): {
  readonly said: readonly ShellWord[];
  readonly flags: ReadonlySet<string>;
  readonly cwd: string | undefined;
  readonly goal: readonly ShellWord[] | undefined;
} {
  const said: ShellWord[] = [];
  const flags = new Set<string>();
  let cwd: string | undefined;
  let goal: readonly ShellWord[] | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    const text = textOf(word);
    if (values.has(text)) {
      at += 1;
      if (text === "--cwd" || text === "-C") cwd = textOf(words[at]);
      if (text === "--goal") goal = words.slice(at, at + 1);
    } else if (text.startsWith("-") && text !== "-") flags.add(text);
    else if (word !== undefined) said.push(word);
  }
  return { said, flags, cwd, goal };
}

function saidPrompt(said: readonly ShellWord[]): KnownPrompt {
  const pieces = said.flatMap((word) => word.pieces);
  if (pieces.length === 0 || textOf(said[0]) === "-") return { kind: "unknown" };
  return said.every((word) => word.whole)
    ? { kind: "known", pieces: [said.map(textOf).join(" ")], whole: true }
    : { kind: "known", pieces, whole: false };
}

function around(
  { variables, repeats }: ShellCommand,
  elsewhere: boolean,
): Pick<CodexCall, "home" | "repeats" | "elsewhere"> {
  const home = variables.get("CODEX_HOME");
  return { home: home?.whole === true ? textOf(home) : undefined, repeats, elsewhere };
}

function within(folder: string | undefined, base: string | undefined): string | undefined {
  if (folder === undefined || folder === "") return base;
  if (folder.startsWith("/")) return folder;
  return base === undefined ? undefined : `${base}/${folder}`;
}
