import { randomUUID } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import * as z from "zod/mini";
import { SessionId } from "#base/ids.ts";
import { parseJson, parseShape } from "#base/json.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";
import { type CodexHome, makeCodexHome, nativeCodex } from "./codex-home.ts";
import { endKeepers } from "./end-keepers.ts";
import { outcomeText, receiptsIn } from "./recorded-outcomes.ts";
import { type ResponsesApi, type Script, startResponsesApi } from "./responses-api.ts";
import { type CommandRun, DIST, runCountersign } from "./run-countersign.ts";
import { runInTerminal } from "./run-in-terminal.ts";
import { makeRepository, type ScratchRepository } from "./scratch-repository.ts";

/** What a hook prints, as the host would read it. */
export const HookAnswer = z.strictObject({
  decision: z.optional(z.literal("block")),
  reason: z.optional(z.string()),
  systemMessage: z.optional(z.string()),
});
export type HookAnswer = z.output<typeof HookAnswer>;

export type HookName = "session-start" | "stop" | "session-end";

/** A repository, a Codex home with a stand-in for the model, and a state root: all that the hooks touch. */
export type GateWorld = {
  readonly repository: ScratchRepository;
  readonly api: ResponsesApi;
  readonly codex: CodexHome;
  readonly state: string;
  /** The whole environment of a hook. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a built hook with this input and returns what it printed: one JSON object, exit code 0. */
  hook(name: HookName, input: object, env?: Readonly<Record<string, string>>): Promise<HookAnswer>;
  /** Runs the built command line, without a terminal. */
  countersign(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<CommandRun>;
  /** Runs the built command line as a person does, in a terminal. */
  inTerminal(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<CommandRun>;
  /** A session of a host that lives as long as this process; in the repository, unless told otherwise. */
  session(options?: SessionOptions): WorldSession;
  /** All receipts so far, the oldest first. */
  receipts(): readonly Receipt[];
  close(): Promise<void>;
};

type SessionOptions = {
  readonly cwd?: string;
  /** Added to the environment of each of its hooks. */
  readonly env?: Readonly<Record<string, string>>;
};

/** One session's hooks, with the input that the host would give them. */
export type WorldSession = {
  readonly id: SessionId;
  /** Where its transcript would be; nobody writes one. */
  readonly transcript: string;
  start(source?: string): Promise<HookAnswer>;
  /** A new prompt begins: its stops share one id. */
  prompt(): void;
  /**
   * The agent stops. Unless the fields name them, it has no last words where no transcript was written:
   * the hook would look for them there, and wait. `env` is added to the environment of this one hook.
   */
  stop(fields?: object, env?: Readonly<Record<string, string>>): Promise<HookAnswer>;
  end(): Promise<HookAnswer>;
  /** Its own receipts so far, in the order in which they were written. */
  receipts(): readonly Receipt[];
  /** The kinds of its outcomes so far, with the reason where there is one: `skipped(unchanged)`. */
  outcomes(): readonly string[];
};

/** Makes the world with one commit in the repository; `script` plays the reviewing model. */
export async function makeGateWorld(script: Script): Promise<GateWorld> {
  const api = await startResponsesApi(script);
  const codex = makeCodexHome({ url: api.url });
  const repository = makeRepository();
  const state = join(repository.beside, "state");
  const env = {
    ...codex.env,
    COUNTERSIGN_HOME: state,
    COUNTERSIGN_CODEX: nativeCodex(),
    CLAUDE_PID: String(process.pid),
    CLAUDE_CODE_SESSION_ATTENDED: "1",
  };
  repository.write("README.md", "# A repository\n");
  repository.commit("Begin");
  const hook: GateWorld["hook"] = (name, input, more = {}) =>
    runHook(name, JSON.stringify(input), { ...env, ...more }, repository.root);
  return {
    repository,
    api,
    codex,
    state,
    env,
    hook,
    countersign: (words, more = {}) => runCountersign(words, { ...env, ...more }, repository.root),
    inTerminal: (words, more = {}) => runInTerminal(words, { ...env, ...more }, repository.root),
    session: (options = {}) => worldSession({ hook, state, cwd: repository.root, env: {}, ...options }),
    receipts: () => receiptsIn(state),
    close: async () => {
      rmSync(join(state, "leases"), { recursive: true, force: true });
      await endKeepers(state, codex.root);
      await api.close();
      codex.remove();
      repository.remove();
    },
  };
}

/** Runs a built hook on these bytes of stdin. */
export async function runHook(
  name: HookName,
  stdin: string,
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<HookAnswer> {
  const script = join(DIST, name, `${name}.cjs`);
  const run = await execa(process.execPath, [script], {
    input: stdin,
    env,
    extendEnv: false,
    cwd,
    reject: false,
  });
  if (run.exitCode !== 0 || run.stderr !== "") throw new Error(`exit ${run.exitCode}: ${run.stderr}`);
  return parseJson(run.stdout, HookAnswer);
}

type SessionPlace = Required<SessionOptions> & Pick<GateWorld, "hook" | "state">;

function worldSession({ hook, state, cwd, env }: SessionPlace): WorldSession {
  const id = parseShape(randomUUID(), SessionId);
  let prompt = randomUUID();
  const common = { session_id: id, cwd, transcript_path: join(cwd, "..", `${id}.jsonl`) };
  const receipts = (): readonly Receipt[] =>
    receiptsIn(state)
      .filter(({ session }) => session === id)
      .sort((a, b) => a.n - b.n);
  return {
    id,
    transcript: common.transcript_path,
    start: (source = "startup") =>
      hook("session-start", { ...common, hook_event_name: "SessionStart", source }, env),
    prompt: () => {
      prompt = randomUUID();
    },
    stop: (fields = {}, more = {}) => {
      const said = existsSync(common.transcript_path) ? { last_assistant_message: "Done." } : {};
      const input = { ...common, ...STOP, ...said, prompt_id: prompt, ...fields };
      return hook("stop", input, { ...env, ...more });
    },
    end: () => hook("session-end", { ...common, hook_event_name: "SessionEnd", reason: "other" }, env),
    receipts,
    outcomes: () => receipts().map(({ outcome }) => outcomeText(outcome)),
  };
}

const STOP = {
  hook_event_name: "Stop",
  stop_hook_active: false,
  background_tasks: [],
};
