import { type ShellToken, shellTokens } from "./shell-tokens.ts";
import { expanded, type ShellWord, textOf } from "./shell-word.ts";

/** One simple command of a script, with what is known when it runs. */
export type ShellCommand = {
  readonly words: readonly ShellWord[];
  /** Set in front of the command, or before it in the script. */
  readonly variables: ReadonlyMap<string, ShellWord>;
  /** Files that its output goes to. */
  readonly outputs: readonly string[];
  /** What it reads: of a here-document, or of a plain `echo` piped into it. `unknown` is any other pipe or file. */
  readonly input: { readonly kind: "text"; readonly text: string } | { readonly kind: "unknown" | "none" };
  /** It stands in a loop, and may run many times. */
  readonly repeats: boolean;
  /** The folder that `cd` led to, from the one that the script was started in; `undefined` where that is not known. */
  readonly folder: string | undefined;
};

type State = {
  variables: ReadonlyMap<string, ShellWord>;
  readonly found: ShellCommand[];
  loops: number;
  folder: string | undefined;
  readonly folders: (string | undefined)[];
  /** What the command before a `|` prints, where it is plain. */
  piped: ShellCommand["input"];
};

/** What a shell reads as a part of its own grammar where a command begins. */
const RESERVED = new Set("{ } ! if then else elif fi while until do done time esac in".split(" "));
/** What follows these up to the end of the command is no program. */
const HEADS = new Set(["for", "select", "case", "function"]);
const DEEPEST = 8;
/** In characters. No system takes a longer command line. */
const LONGEST_SCRIPT = 2_000_000;

/** Returns the simple commands of a script in the order in which they stand, those within `$(...)` before theirs. */
export function shellCommands(script: string, folder: string | undefined): readonly ShellCommand[] {
  const text = script.slice(0, LONGEST_SCRIPT);
  const state: State = {
    variables: new Map(),
    found: [],
    loops: 0,
    folder,
    folders: [],
    piped: { kind: "none" },
  };
  run(state, text, 0);
  return state.found;
}

function run(state: State, script: string, depth: number): void {
  let tokens: ShellToken[] = [];
  for (const token of shellTokens(script)) {
    if (token.kind === "nested") {
      const { piped, folder } = state;
      state.piped = { kind: "none" };
      if (depth < DEEPEST) run(state, token.script, depth + 1);
      state.piped = piped;
      state.folder = folder;
    } else if (token.kind !== "operator") tokens.push(token);
    else {
      endCommand(state, tokens, token.text);
      tokens = [];
      if (token.text === "(") state.folders.push(state.folder);
      if (token.text === ")") state.folder = state.folders.length > 0 ? state.folders.pop() : state.folder;
    }
  }
  endCommand(state, tokens, ";");
}

function endCommand(state: State, tokens: readonly ShellToken[], operator: string): void {
  const command = tokens.length === 0 ? undefined : commandOf(state, tokens);
  if (command !== undefined) {
    state.found.push(command);
    takeFolder(state, command);
  }
  const pipes = operator === "|" || operator === "|&";
  if (!pipes) state.piped = { kind: "none" };
  else if (command !== undefined) state.piped = printed(command);
}

function commandOf(state: State, tokens: readonly ShellToken[]): ShellCommand | undefined {
  const words: ShellWord[] = [];
  const outputs: string[] = [];
  let input = state.piped;
  let redirect: string | undefined;
  for (const token of tokens) {
    if (token.kind === "heredoc") input = { kind: "text", text: token.body };
    else if (token.kind === "redirect") redirect = token.text;
    else if (token.kind === "word") {
      const word = expanded(token.parts, state.variables);
      if (redirect === undefined) words.push(word);
      else if (redirect === "<<<") input = whole(word);
      else if (redirect === "<") input = { kind: "unknown" };
      else if (/^(?:&?>{1,2}|>\|)$/.test(redirect)) outputs.push(textOf(word));
      redirect = undefined;
    }
  }
  const { rest, variables } = withoutAssignments(withoutReserved(state, words), state.variables);
  if (rest.length === 0) {
    state.variables = variables;
    return outputs.length > 0 ? { ...bare(state), words: [], variables, outputs, input } : undefined;
  }
  if (EXPORTS.has(textOf(rest[0])))
    state.variables = withoutAssignments(rest.slice(1), state.variables).variables;
  return { ...bare(state), words: rest, variables, outputs, input };
}

const EXPORTS = new Set(["export", "declare", "local", "readonly"]);

function bare({ loops, folder }: State): Pick<ShellCommand, "repeats" | "folder"> {
  return { repeats: loops > 0, folder };
}

function withoutReserved(state: State, words: readonly ShellWord[]): readonly ShellWord[] {
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = textOf(words[at]);
    if (HEADS.has(word)) return [];
    if (!RESERVED.has(word)) break;
    if (word === "do") state.loops += 1;
    if (word === "done") state.loops = Math.max(0, state.loops - 1);
  }
  return words.slice(at);
}

const ASSIGNMENT = /^([A-Za-z_]\w*)\+?=/;
/** More are no script that anyone wrote; each set of them is kept as it was at its command. */
const MOST_VARIABLES = 200;

type Assigned = { readonly rest: readonly ShellWord[]; readonly variables: ReadonlyMap<string, ShellWord> };

function withoutAssignments(words: readonly ShellWord[], before: ReadonlyMap<string, ShellWord>): Assigned {
  const more = new Map<string, ShellWord>();
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at];
    const found = ASSIGNMENT.exec(word?.pieces[0] ?? "");
    if (word === undefined || found?.[1] === undefined) break;
    if (before.size + more.size < MOST_VARIABLES) more.set(found[1], afterName(word, found[0].length));
  }
  return { rest: words.slice(at), variables: more.size === 0 ? before : new Map([...before, ...more]) };
}

function afterName(word: ShellWord, length: number): ShellWord {
  const [first = "", ...rest] = word.pieces;
  return { pieces: [first.slice(length), ...rest], whole: word.whole };
}

/** `cd` and `pushd` with a plain folder are followed; anything else that may lead elsewhere is not known. */
function takeFolder(state: State, { words }: ShellCommand): void {
  const [program, ...rest] = words;
  if (textOf(program) !== "cd" && textOf(program) !== "pushd") return;
  const target = rest.find((word) => !textOf(word).startsWith("-"));
  const to = target === undefined ? "" : textOf(target);
  const isPlain = target?.whole === true && to !== "" && !/^~|[*?]/.test(to);
  if (!isPlain) state.folder = undefined;
  else if (to.startsWith("/")) state.folder = to;
  else state.folder = state.folder === undefined ? undefined : `${state.folder}/${to}`;
}

/** What a plain `echo`, `printf '%s'` or `cat <<EOF` prints. */
function printed({ words, input }: ShellCommand): ShellCommand["input"] {
  const [program, ...rest] = words;
  const name = textOf(program);
  if (name === "cat" && rest.length === 0) return input;
  const texts = rest.filter((word) => !/^-[neE]+$/.test(textOf(word)));
  const said = name === "printf" && /^%s(?:\\n)?$/.test(textOf(texts[0])) ? texts.slice(1) : texts;
  if ((name !== "echo" && name !== "printf") || !said.every((word) => word.whole)) return { kind: "unknown" };
  return { kind: "text", text: said.map(textOf).join(" ").replace(/\\n/g, "\n") };
}

function whole(word: ShellWord): ShellCommand["input"] {
  return word.whole ? { kind: "text", text: textOf(word) } : { kind: "unknown" };
}
