import { type ShellToken, shellTokens, type WordPart } from "./shell-tokens.ts";

/** A word as far as it is known: `pieces` are its known parts in order, and `whole` says that they are all of it. */
export type ShellWord = { readonly pieces: readonly string[]; readonly whole: boolean };

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
  readonly variables: Map<string, ShellWord>;
  readonly found: ShellCommand[];
  loops: number;
  folder: string | undefined;
  readonly folders: (string | undefined)[];
  /** What the command before a `|` prints, where it is plain. */
  piped: ShellCommand["input"];
};

/** What a shell reads as a part of its own grammar where a command begins. */
const RESERVED = new Set(["{", "}", "!", "if", "then", "else", "elif", "fi", "while", "until", "do", "done"]);
const MORE_RESERVED = new Set(["time", "esac", "in"]);
const DEEPEST = 8;

/** Returns the simple commands of a script in the order in which they stand, those within `$(...)` before theirs. */
export function shellCommands(script: string, folder: string | undefined): readonly ShellCommand[] {
  const state: State = {
    variables: new Map(),
    found: [],
    loops: 0,
    folder,
    folders: [],
    piped: { kind: "none" },
  };
  run(state, script, 0);
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
  const variables = new Map(state.variables);
  const rest = withoutAssignments(withoutReserved(state, words), variables);
  if (rest.length === 0) {
    for (const [name, value] of variables) state.variables.set(name, value);
    return outputs.length > 0 ? { ...bare(state), words: [], variables, outputs, input } : undefined;
  }
  takeExports(state, rest);
  return { ...bare(state), words: rest, variables, outputs, input };
}

function bare({ loops, folder }: State): Pick<ShellCommand, "repeats" | "folder"> {
  return { repeats: loops > 0, folder };
}

function withoutReserved(state: State, words: readonly ShellWord[]): readonly ShellWord[] {
  const first = words[0]?.pieces.join("") ?? "";
  if (first === "for" || first === "select" || first === "case" || first === "function") return [];
  if (!RESERVED.has(first) && !MORE_RESERVED.has(first)) return words;
  if (first === "do") state.loops += 1;
  if (first === "done") state.loops = Math.max(0, state.loops - 1);
  return withoutReserved(state, words.slice(1));
}

const ASSIGNMENT = /^([A-Za-z_]\w*)\+?=/;

function withoutAssignments(
  words: readonly ShellWord[],
  variables: Map<string, ShellWord>,
): readonly ShellWord[] {
  const [word, ...rest] = words;
  const name = ASSIGNMENT.exec(word?.pieces[0] ?? "");
  if (word === undefined || name?.[1] === undefined) return words;
  variables.set(name[1], afterName(word, name[0].length));
  return withoutAssignments(rest, variables);
}

function takeExports(state: State, [program, ...words]: readonly ShellWord[]): void {
  if (!["export", "declare", "local", "readonly"].includes(textOf(program))) return;
  for (const word of words) withoutAssignments([word], state.variables);
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

function expanded(parts: readonly WordPart[], variables: ReadonlyMap<string, ShellWord>): ShellWord {
  const words = parts.map((part): ShellWord => {
    if (part.kind === "text") return { pieces: [part.text], whole: true };
    const value = part.kind === "variable" ? variables.get(part.name) : undefined;
    if (value !== undefined) return value;
    const otherwise = part.kind === "variable" ? part.otherwise : undefined;
    return otherwise === undefined ? { pieces: [], whole: false } : { pieces: [otherwise], whole: true };
  });
  if (words.every((word) => word.whole))
    return { pieces: [words.flatMap(({ pieces }) => pieces).join("")], whole: true };
  return { pieces: words.flatMap(({ pieces }) => pieces), whole: false };
}

function whole(word: ShellWord): ShellCommand["input"] {
  return word.whole ? { kind: "text", text: textOf(word) } : { kind: "unknown" };
}

/** Returns the known parts of a word as one text. */
export function textOf(word: ShellWord | undefined): string {
  return word?.pieces.join("") ?? "";
}
