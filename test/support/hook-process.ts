import type { Writable } from "node:stream";
import { execa } from "execa";
import { builtFile } from "#commands/installation.ts";
import type { HookName } from "./gate-world.ts";

/** A built hook as a process that a test can feed and signal. */
export type HookProcess = {
  readonly stdin: Writable;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it is gone; never rejects. */
  readonly ended: Promise<HookEnd>;
};

type HookEnd = {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
};

/** As little as a hook's process is given; `uid` is for what root may do and others may not. */
export type HookSurroundings = {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid?: number;
  /** Shell words that end in `exec "$@"`: the process begins with them. */
  readonly before?: string | undefined;
};

/** Starts a built hook whose stdin the caller writes and ends, or does not. */
export function startHook(name: HookName, { env, cwd, uid, before }: HookSurroundings): HookProcess {
  const words = [process.execPath, builtFile(name)];
  const [program = "", ...rest] = before === undefined ? words : ["/bin/sh", "-c", before, "sh", ...words];
  const child = execa(program, rest, {
    stdin: "pipe",
    env,
    extendEnv: false,
    cwd,
    reject: false,
    ...(uid === undefined ? {} : { uid }),
  });
  // A hook that has seen enough closes the pipe while the test still writes.
  child.stdin.on("error", () => undefined);
  const ended = child.then(({ exitCode, stdout, stderr }) => ({ exitCode, stdout, stderr }));
  return {
    stdin: child.stdin,
    kill: (signal) => {
      child.kill(signal);
    },
    ended,
  };
}
