import { type ShellCommand, shellCommands } from "./shell-commands.ts";
import { type ShellWord, textOf } from "./shell-word.ts";

/** A program and its words, without what only started it. */
export type ProgramWords = {
  /** Its path as it was typed, or a package's name. */
  readonly program: string;
  readonly words: readonly ShellWord[];
  readonly command: ShellCommand;
  readonly elsewhere: boolean;
};

/** Options of a starter that take the next word as their value. */
type Starter = { readonly values: string; readonly skip: number; readonly elsewhere?: true };

const STARTERS: ReadonlyMap<string, Starter> = new Map([
  ["env", { values: "-u -C -S --unset --chdir", skip: 0 }],
  ["timeout", { values: "-k -s --kill-after --signal", skip: 1 }],
  ["gtimeout", { values: "-k -s --kill-after --signal", skip: 1 }],
  ["nice", { values: "-n", skip: 0 }],
  ["ionice", { values: "-c -n -p", skip: 0 }],
  ["stdbuf", { values: "-i -o -e", skip: 0 }],
  ["sudo", { values: "-u -g -h -C -D", skip: 0 }],
  ["nohup", { values: "", skip: 0 }],
  ["setsid", { values: "", skip: 0 }],
  ["command", { values: "", skip: 0 }],
  ["exec", { values: "-a", skip: 0 }],
  ["builtin", { values: "", skip: 0 }],
  ["unbuffer", { values: "", skip: 0 }],
  ["caffeinate", { values: "-t -w", skip: 0 }],
  ["xargs", { values: "-I -n -P -L -d -a -s", skip: 0 }],
  ["flock", { values: "-w -E", skip: 1 }],
  ["npx", { values: "-p --package -w", skip: 0 }],
  ["bunx", { values: "", skip: 0 }],
  ["pnpx", { values: "", skip: 0 }],
  ["node", { values: "-r --require --import -C", skip: 0 }],
  ["bun", { values: "", skip: 0 }],
  ["ssh", { values: "-i -p -l -o -F -J", skip: 1, elsewhere: true }],
  ["wsl", { values: "-d -u", skip: 0, elsewhere: true }],
  ["docker", { values: "", skip: 0, elsewhere: true }],
  ["podman", { values: "", skip: 0, elsewhere: true }],
  ["kubectl", { values: "", skip: 0, elsewhere: true }],
]);
const SHELLS: readonly string[] = ["sh", "bash", "zsh", "dash", "ksh"];
/** `npm exec -- codex`, `pnpm dlx codex`, `mise exec -- codex`: the program is behind a word of theirs. */
const RUNNERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["npm", ["exec", "x"]],
  ["pnpm", ["dlx", "exec"]],
  ["yarn", ["dlx", "exec"]],
  ["bun", ["x"]],
  ["mise", ["exec", "x"]],
  ["volta", ["run"]],
  ["op", ["run"]],
  ["doppler", ["run"]],
]);
const DEEPEST = 6;

/** Returns the programs that a simple command starts: one, none, or those of a script that it hands to a shell. */
export function programsOf(command: ShellCommand, depth = 0): readonly ProgramWords[] {
  return unwrapped({ command, words: command.words, elsewhere: false }, depth);
}

type Wrapped = {
  readonly command: ShellCommand;
  readonly words: readonly ShellWord[];
  readonly elsewhere: boolean;
};

function unwrapped({ command, words, elsewhere }: Wrapped, depth: number): readonly ProgramWords[] {
  const [first, ...rest] = words;
  if (first === undefined || depth > DEEPEST) return [];
  const program = textOf(first);
  const name = baseName(program);
  const inner =
    SHELLS.includes(name) || name === "eval" || name === "script" ? scriptIn(name, rest) : undefined;
  if (inner !== undefined) return inScript(inner, { command, words, elsewhere }, depth);
  const runs = RUNNERS.get(name);
  if (runs?.includes(textOf(rest[0])) === true)
    return unwrapped(
      afterOptions({ command, words: rest.slice(1), elsewhere }, "-c --package -p"),
      depth + 1,
    );
  if (name === "command" && /^-[vV]/.test(textOf(rest[0]))) return [];
  const starter = STARTERS.get(name);
  if (starter === undefined) return [{ program, words: rest, command, elsewhere }];
  if (starter.elsewhere === true) return onOther({ command, words: rest, elsewhere: true }, depth);
  const left = afterOptions({ command, words: rest, elsewhere }, starter.values);
  return unwrapped({ ...left, words: left.words.slice(starter.skip) }, depth + 1);
}

/** Without options, their values, and assignments, as `env` takes them. */
function afterOptions(wrapped: Wrapped, values: string): Wrapped {
  const { words, command } = wrapped;
  const variables = new Map(command.variables);
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at];
    const text = textOf(word);
    if (text === "--") {
      at += 1;
      break;
    }
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
    if (name !== undefined && value !== undefined)
      variables.set(name, { pieces: [value], whole: word?.whole ?? false });
    else if (!text.startsWith("-") || text === "-") break;
    else if (values.split(" ").includes(text)) at += 1;
  }
  return { ...wrapped, words: words.slice(at), command: { ...command, variables } };
}

/** What follows `-c`, also as `-lc`; all words of `eval`. */
function scriptIn(name: string, words: readonly ShellWord[]): string | undefined {
  if (name === "eval") return words.map(textOf).join(" ");
  const at = words.findIndex((word) => /^-[a-z]*c$/.test(textOf(word)));
  return at < 0 || words[at + 1] === undefined ? undefined : textOf(words[at + 1]);
}

function inScript(script: string, { command, elsewhere }: Wrapped, depth: number): readonly ProgramWords[] {
  return shellCommands(script, command.folder).flatMap((one) => {
    const variables = new Map([...command.variables, ...one.variables]);
    const input = one.input.kind === "none" ? command.input : one.input;
    const repeats = command.repeats || one.repeats;
    return programsOf({ ...one, variables, input, repeats }, depth + 1).map((found) => ({
      ...found,
      elsewhere: found.elsewhere || elsewhere,
    }));
  });
}

/** The program on the other side stands somewhere among the words, or in one of them as a line. */
function onOther(wrapped: Wrapped, depth: number): readonly ProgramWords[] {
  const { words, command } = wrapped;
  const at = words.findIndex((word) => /(?:^|\/)codex$/.test(textOf(word)));
  if (at >= 0) return [{ program: textOf(words[at]), words: words.slice(at + 1), command, elsewhere: true }];
  const line = words.find((word) => /\bcodex\s/.test(textOf(word)));
  return line === undefined ? [] : inScript(textOf(line), wrapped, depth);
}

/** Returns the last part of a path, of whichever system. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}
