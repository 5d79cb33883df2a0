import { type SpawnOptions, spawn } from "node:child_process";

/** The option with which a script of ours starts itself again, apart from whoever called, and exits. */
export const DETACH = "detach";

/**
 * Starts Node in a session of its own that this process neither waits for nor ends. That it cannot start is
 * not told: who waits for what it does sees that nothing comes.
 *
 * Started so by a process in between that exits at once (see `DETACH`), it descends from nobody when the host
 * kills all that descends from a hook or from a shell of the agent.
 */
export function startApart(words: readonly string[], options: SpawnOptions): void {
  const child = spawn(process.execPath, [...words], { ...options, detached: true, windowsHide: true });
  child.once("error", () => undefined);
  child.unref();
}
