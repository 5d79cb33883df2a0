import { createInterface } from "node:readline";
import { execa } from "execa";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { CLAUDE, ClaudeEvent, claudeEnvironment, runClaude } from "../claude-process.ts";
import type { PluginWorld, StepOptions } from "./plugin-world.ts";

/** A plugin as the `system/init` event of a session names it: this is what was really loaded. */
type LoadedPlugin = {
  readonly name: string;
  /** The folder that its hooks and skills come from. */
  readonly path: string;
  /** `plugin@marketplace`, `plugin@inline`, `plugin@skills-dir`. */
  readonly source: string | undefined;
  /** What plugin.json in that folder says; absent where it says nothing. */
  readonly version: string | undefined;
};

export type Loaded = {
  readonly sessionId: string;
  /** Without the ones that are built in. */
  readonly plugins: readonly LoadedPlugin[];
  /** As printed; most failures leave nothing here. */
  readonly errors: readonly unknown[];
};

export type SessionOptions = StepOptions & { readonly args?: readonly string[] };

/** A session that waits for its next prompt, headless. Its markers and its session file are there meanwhile. */
export type LiveSession = {
  /** Of the process itself: the name of its marker and of its session file. */
  readonly pid: number;
  readonly sessionId: string;
  /** What its first turn said to have been loaded. */
  readonly loaded: Loaded;
  /** Gives another prompt and resolves, once it was answered, with what that turn said to have been loaded. */
  ask(prompt: string): Promise<Loaded>;
  /** Closes its input, which ends it, and resolves once it has gone. Harmless again. */
  end(): Promise<void>;
  /** Ends it as a crash does, so that its markers stay. */
  kill(): Promise<void>;
};

const Init = z.looseObject({
  session_id: z.string(),
  plugins: z._default(
    z.array(
      z.looseObject({
        name: z.string(),
        path: z.string(),
        source: z.optional(z.string()),
        version: z.optional(z.string()),
      }),
    ),
    [],
  ),
  plugin_errors: z._default(z.array(z.unknown()), []),
});

/** Runs a headless session of one prompt to its end and returns what it had loaded. */
export async function whatLoads(world: PluginWorld, options: SessionOptions = {}): Promise<Loaded> {
  const { args = [] } = options;
  const run = await runClaude({ ...world.options(options), args, prompt: "Say that you are done." });
  const init = run.events.find(isInit);
  if (init === undefined) throw new Error(`no init event: exit ${run.exitCode}, ${run.stderr}`);
  return readInit(init);
}

/** Starts a headless session, gives it one prompt, and resolves once that was answered. */
export async function openSession(world: PluginWorld, options: SessionOptions = {}): Promise<LiveSession> {
  const asked = world.options(options);
  const flags = ["--input-format", "stream-json", "--output-format", "stream-json", "--verbose"];
  const words = ["-p", ...flags, "--dangerously-skip-permissions", ...(options.args ?? [])];
  const child = execa(CLAUDE, words, {
    cwd: asked.cwd,
    env: claudeEnvironment(asked),
    extendEnv: false,
    reject: false,
    buffer: { stdout: false },
  });
  const events = eventsOf(createInterface({ input: child.stdout }));
  const ask = async (prompt: string): Promise<Loaded> => {
    const content = [{ type: "text", text: prompt }];
    child.stdin.write(`${JSON.stringify({ type: "user", message: { role: "user", content } })}\n`);
    return await readTurn(events);
  };
  const first = await ask("Say that you are done.");
  return {
    pid: child.pid ?? -1,
    sessionId: first.sessionId,
    loaded: first,
    ask,
    end: async () => {
      child.stdin.end();
      await child;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await child;
    },
  };
}

async function* eventsOf(lines: AsyncIterable<string>): AsyncGenerator<ClaudeEvent> {
  for await (const line of lines) if (line.trim() !== "") yield parseJson(line, ClaudeEvent);
}

/** Reads until the turn's result and returns its init event. */
async function readTurn(events: AsyncGenerator<ClaudeEvent>): Promise<Loaded> {
  let init: Loaded | undefined;
  while (true) {
    const { value, done } = await events.next();
    if (done === true) throw new Error("the session ended before it answered");
    if (isInit(value)) init = readInit(value);
    if (value.type !== "result") continue;
    if (init === undefined) throw new Error("a turn without an init event");
    return init;
  }
}

function isInit(event: ClaudeEvent): boolean {
  return event.type === "system" && event.subtype === "init";
}

function readInit(event: ClaudeEvent): Loaded {
  const { session_id: sessionId, plugins, plugin_errors: errors } = Init.parse(event);
  const loaded = plugins
    .filter(({ path }) => path !== "builtin")
    .map(({ name, path, source, version }) => ({ name, path, source, version }));
  return { sessionId, plugins: loaded, errors };
}
