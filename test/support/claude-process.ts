import { join } from "node:path";
import { execa } from "execa";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import type { ClaudeHome } from "./claude-home.ts";
import type { MessagesApi } from "./messages-api.ts";

/** One line of `claude -p --output-format stream-json`. */
export const ClaudeEvent = z.looseObject({
  type: z.string(),
  subtype: z.optional(z.string()),
  session_id: z.optional(z.string()),
  hook_event: z.optional(z.string()),
  stdout: z.optional(z.string()),
  stderr: z.optional(z.string()),
  exit_code: z.optional(z.number()),
  outcome: z.optional(z.string()),
  content: z.optional(z.unknown()),
  result: z.optional(z.string()),
  is_error: z.optional(z.boolean()),
});
export type ClaudeEvent = z.output<typeof ClaudeEvent>;

export type ClaudeOptions = {
  readonly cwd: string;
  readonly home: ClaudeHome;
  readonly api: Pick<MessagesApi, "url">;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
};

export type ClaudeRun = {
  readonly events: readonly ClaudeEvent[];
  readonly exitCode: number | undefined;
  readonly stderr: string;
  readonly sessionId: string;
};

export type RunningClaude = {
  readonly pid: number | undefined;
  readonly done: Promise<ClaudeRun>;
  readonly kill: (signal: NodeJS.Signals) => void;
};

const REAL = join(import.meta.dirname, "../real/node_modules/.bin");

/** The real, pinned Claude Code. */
export const CLAUDE = join(REAL, "claude");

/** Runs one headless session to its end. `signal` ends it early, as SIGTERM would. */
export function runClaude(
  options: ClaudeOptions & { readonly prompt: string },
  signal?: AbortSignal,
): Promise<ClaudeRun> {
  const running = startClaude(options);
  signal?.addEventListener("abort", () => running.kill("SIGTERM"), { once: true });
  return running.done;
}

/** Runs one headless session as a script does that wants nothing but the answer: its standard output is the text. */
export async function printClaude(
  options: ClaudeOptions & { readonly prompt: string },
): Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode: number | undefined }> {
  const args = ["-p", options.prompt, "--dangerously-skip-permissions", ...(options.args ?? [])];
  const { stdout, stderr, exitCode } = await execa(CLAUDE, args, {
    cwd: options.cwd,
    env: claudeEnvironment(options),
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    stripFinalNewline: false,
  });
  return { stdout, stderr, exitCode };
}

/** Starts one headless session and returns at once, for tests that act while it runs. */
export function startClaude(options: ClaudeOptions & { readonly prompt: string }): RunningClaude {
  const flags = ["--output-format", "stream-json", "--verbose", "--include-hook-events"];
  const child = execa(
    CLAUDE,
    ["-p", options.prompt, ...flags, "--dangerously-skip-permissions", ...(options.args ?? [])],
    {
      cwd: options.cwd,
      env: claudeEnvironment(options),
      extendEnv: false,
      stdin: "ignore",
      reject: false,
      stripFinalNewline: false,
      maxBuffer: 100_000_000,
    },
  );
  return {
    pid: child.pid,
    done: child.then(({ stdout, stderr, exitCode }) => readRun(stdout, stderr, exitCode)),
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

/**
 * The environment in which Claude Code talks to nobody but the stand-in and keeps to its own
 * home. IS_SANDBOX lets root bypass permissions.
 */
export function claudeEnvironment({ home, api, env }: ClaudeOptions): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: home.home,
    TMPDIR: home.temporary,
    CLAUDE_CODE_TMPDIR: home.temporary,
    CLAUDE_CONFIG_DIR: home.configDirectory,
    ANTHROPIC_BASE_URL: api.url,
    ANTHROPIC_API_KEY: home.apiKey,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_TELEMETRY: "1",
    IS_SANDBOX: "1",
    ...env,
  };
}

/** Returns what the hooks of one event answered in a run, oldest first. */
export function hookResponses(run: ClaudeRun, event: string): readonly ClaudeEvent[] {
  return run.events.filter((line) => line.subtype === "hook_response" && line.hook_event === event);
}

function readRun(stdout: string, stderr: string, exitCode: number | undefined): ClaudeRun {
  const events = stdout
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => parseJson(line, ClaudeEvent));
  const sessionId = events.find((event) => event.session_id !== undefined)?.session_id ?? "";
  return { events, exitCode, stderr, sessionId };
}
