import type { KnownPrompt } from "./delegation.ts";
import { type ShellWord, textOf } from "./shell-word.ts";

/** The words of a call of Codex, taken apart. */
export type CodexWords = {
  readonly verb: string;
  readonly prompt: KnownPrompt;
  /** It reads its prompt, or more of it, from its input. */
  readonly reads: boolean;
  readonly resumes: string | undefined;
  readonly folder: string | undefined;
  /** It names a folder that is not known. */
  readonly folderUnknown: boolean;
  readonly ephemeral: boolean;
};

/** Options that take the next word (`codex --help` and `codex exec --help`, 0.169.0). */
const WITH_VALUE = new Set(
  "-c --config --enable --disable --remote --remote-auth-token-env -i --image -m --model --local-provider -p --profile -s --sandbox -C --cd --thread-source --cyber-access-program --add-dir --output-schema --color -o --output-last-message -a --ask-for-approval --base --commit --title --listen".split(
    " ",
  ),
);
/** Verbs that bring a model to work. All others look something up or change Codex itself. */
const RUNS = new Set(["exec", "e", "review", "resume", "fork", "app-server", "mcp-server", "exec-server"]);
const IDLE = new Set(
  "agents login logout mcp plugin remote-control completion update doctor sandbox debug apply a queue archive delete migrate-rollouts migrate-nfs-db unarchive cloud features help generate-ts".split(
    " ",
  ),
);
/** `app-server generate-ts` and their like. */
const SERVER_IDLE = new Set(["generate-ts", "generate-json-schema", "help", "proxy"]);

type Taken = {
  readonly words: readonly ShellWord[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, ShellWord>;
};

/** Returns what a call of Codex is to do, or `undefined` where its words bring no model to work. */
export function codexWords(words: readonly ShellWord[]): CodexWords | undefined {
  const { words: plain, flags, values } = takenApart(words);
  if (["-h", "--help", "-V", "--version"].some((flag) => flags.has(flag))) return undefined;
  const [first = "", second = ""] = plain.map(textOf);
  if (IDLE.has(first)) return undefined;
  if (plain.length === 0) return undefined;
  if (!RUNS.has(first)) return withRest("tui", plain, { words: plain, flags, values });
  if (first === "app-server" || first === "mcp-server" || first === "exec-server")
    return SERVER_IDLE.has(second) ? undefined : withRest(first, [], { words: plain, flags, values });
  const verb = first === "e" ? "exec" : first;
  const taken = { words: plain, flags, values };
  if (verb === "exec" && ["resume", "fork", "review"].includes(second))
    return withRest(`exec ${second}`, plain.slice(2), taken);
  if (verb === "exec" && second === "help") return undefined;
  return withRest(verb, plain.slice(1), taken);
}

function withRest(verb: string, words: readonly ShellWord[], { flags, values }: Taken): CodexWords {
  const continues = /\b(?:resume|fork)$/.test(verb);
  const named = continues && !flags.has("--last") ? words[0] : undefined;
  const said = named === undefined ? words[0] : words[1];
  const cd = values.get("-C") ?? values.get("--cd");
  const folder = cd?.whole === true ? textOf(cd) : undefined;
  const isReview = verb.endsWith("review") && said === undefined;
  return {
    verb,
    prompt: isReview ? { kind: "own" } : promptOf(said),
    reads: said === undefined || textOf(said) === "-",
    resumes: continues ? threadNamed(named) : undefined,
    folder,
    folderUnknown: cd !== undefined && folder === undefined,
    ephemeral: flags.has("--ephemeral"),
  };
}

const THREAD = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Returns the thread that a word names by its id; `last` for every other way to name one. */
export function threadNamed(word: ShellWord | undefined): string {
  const text = textOf(word);
  return word?.whole === true && THREAD.test(text) ? text.toLowerCase() : "last";
}

function promptOf(word: ShellWord | undefined): KnownPrompt {
  if (word === undefined || textOf(word) === "-") return { kind: "unknown" };
  return word.pieces.length === 0
    ? { kind: "unknown" }
    : { kind: "known", pieces: word.pieces, whole: word.whole };
}

function takenApart(words: readonly ShellWord[]): Taken {
  const plain: ShellWord[] = [];
  const flags = new Set<string>();
  const values = new Map<string, ShellWord>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    const text = textOf(word);
    if (word === undefined) continue;
    const joined = /^(--[\w-]+)=(.*)$/s.exec(text);
    if (text === "--") {
      plain.push(...words.slice(at + 1));
      break;
    }
    if (joined?.[1] !== undefined && joined[2] !== undefined)
      values.set(joined[1], { pieces: [joined[2]], whole: word.whole });
    else if (WITH_VALUE.has(text)) {
      const value = words[at + 1];
      if (value !== undefined) values.set(text, value);
      at += 1;
    } else if (text.startsWith("-") && text !== "-") flags.add(text);
    else plain.push(word);
  }
  return { words: plain, flags, values };
}
