import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { CLAUDE, type ClaudeOptions, claudeEnvironment } from "./claude-process.ts";
import { eventuallyAsync } from "./eventually.ts";
import { processesOf } from "./processes-of.ts";

/** The real Claude Code in a terminal of its own, driven by keys. */
export type ClaudeTerminal = {
  readonly pid: number | undefined;
  /** All that was printed so far, without escape sequences; blanks may be missing. */
  readonly printed: () => string;
  /** Resolves once the text was printed after the last key. */
  readonly shows: (text: string, signal?: AbortSignal) => Promise<void>;
  /** Types the keys one by one, each once the one before was answered on the screen. */
  readonly type: (keys: string, signal?: AbortSignal) => Promise<void>;
  /** Ends Claude Code as a closed window does, and resolves when nothing of its home runs any more. */
  readonly close: () => Promise<void>;
};

/** What Claude Code does in a second at most; it is the machine that may need longer. */
const STEP_MS = 120_000;

/**
 * Opens Claude Code in a pseudo terminal. It is made by script(1) of util-linux, because Node
 * has none of its own.
 */
export function openClaudeTerminal(options: ClaudeOptions): ClaudeTerminal {
  const args = ["--dangerously-skip-permissions", ...(options.args ?? [])].map(quoted).join(" ");
  const child = execa(
    "script",
    ["-qefc", `stty cols 160 rows 50 && exec ${quoted(CLAUDE)} ${args}`, "/dev/null"],
    {
      cwd: options.cwd,
      env: { ...claudeEnvironment(options), TERM: "xterm-256color", SHELL: "/bin/sh" },
      extendEnv: false,
      reject: false,
      buffer: false,
    },
  );
  let raw = "";
  let mark = 0;
  const listeners = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    raw += chunk;
    for (const listener of listeners) listener();
  });
  const until = (isTrue: () => boolean, signal = AbortSignal.timeout(STEP_MS)) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!isTrue()) return;
        listeners.delete(check);
        resolve();
      };
      signal.addEventListener("abort", () => reject(new Error(`the terminal shows: ${raw.slice(-2000)}`)));
      listeners.add(check);
      check();
    });
  return {
    pid: child.pid,
    printed: () => stripVTControlCharacters(raw),
    shows: (text, signal) => until(() => stripVTControlCharacters(raw.slice(mark)).includes(text), signal),
    type: async (keys, signal) => {
      for (const key of keys) {
        mark = raw.length;
        child.stdin.write(key);
        await until(() => raw.length > mark, signal);
      }
    },
    close: async () => {
      child.kill("SIGTERM");
      await child;
      // The terminal goes first: Claude Code writes what it has yet to write after it.
      const left = () => processesOf(options.home.root);
      await eventuallyAsync(
        async () => left().length === 0,
        () => `Claude Code has gone: ${JSON.stringify(left(), null, 1)}`,
      );
    },
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
