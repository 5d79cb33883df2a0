import { execa } from "execa";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { builtFile } from "#commands/installation.ts";
import { HookAnswer, type HookName } from "#test/gate-world.ts";

/** One run of a built hook, from its start to what it left. */
export type HookCall = {
  /** `1.2`: the second stop of the session 1; `1.0` is its start. */
  readonly label: string;
  readonly hook: HookName;
  readonly session: number;
  readonly promptId: string;
  readonly startedAt: number;
  /** The signals that reached it, in order. */
  readonly signals: readonly NodeJS.Signals[];
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<HookEnd>;
};

export type HookEnd = {
  readonly at: number;
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** `undefined` where stdout was not exactly one JSON object of the known shape. */
  readonly answer: HookAnswer | undefined;
  /** It had to be ended by force, for it did not end by itself. */
  readonly overdue: boolean;
};

export type HookStart = Pick<HookCall, "label" | "hook" | "session" | "promptId"> & {
  readonly input: object;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** In kilobytes: how long a file this hook may write. */
  readonly fileLimit?: number | undefined;
};

/** Long after every deadline in a scenario, also on a machine under load. */
const OVERDUE_MS = 240_000;

/** Starts a built hook as the host does: its input on stdin, in the session's folder. */
export function startCall(start: HookStart): HookCall {
  const { label, hook, session, promptId, input, env, cwd, fileLimit } = start;
  const words = [process.execPath, builtFile(hook)];
  const limited = fileLimit === undefined ? words : ["prlimit", `--fsize=${fileLimit * 1024}`, ...words];
  const [command = "", ...args] = limited;
  const child = execa(command, args, {
    input: JSON.stringify(input),
    env,
    extendEnv: false,
    cwd,
    reject: false,
  });
  const signals: NodeJS.Signals[] = [];
  let overdue = false;
  const timer = setTimeout(() => {
    overdue = true;
    child.kill("SIGKILL");
  }, OVERDUE_MS);
  const ended = child.then(({ exitCode, stdout, stderr }) => {
    clearTimeout(timer);
    return { at: Date.now(), exitCode, stdout, stderr, answer: answerOf(stdout), overdue };
  });
  return {
    label,
    hook,
    session,
    promptId,
    startedAt: Date.now(),
    signals,
    signal: (signal) => {
      if (child.pid !== undefined && send(child.pid, signal)) signals.push(signal);
    },
    ended,
  };
}

/** Returns false where no such process runs any more. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
    throw error;
  }
}

function answerOf(stdout: string): HookAnswer | undefined {
  try {
    const parsed = z.safeParse(HookAnswer, JSON.parse(stdout));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
