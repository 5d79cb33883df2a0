import { filesInForce } from "./hook-places.ts";
import { type RegisteredHook, registeredHooks, type SettingsFile } from "./settings.ts";

/**
 * Returns the hooks of ours that Claude Code 2.1.330 runs by these settings files: equal commands of
 * one event run once, with the timeout of the last.
 */
export function runningHooks(files: readonly SettingsFile[]): readonly RegisteredHook[] {
  const running = new Map(
    registeredHooks(filesInForce(files.filter((file) => isAccepted(file))))
      .filter((hook) => isTaken(hook))
      .map((hook) => [JSON.stringify([hook.event, hook.command, hook.args]), hook]),
  );
  return [...running.values()];
}

/** A file that holds something else than a boolean there is ignored as a whole, without a word. */
export function isAccepted(file: SettingsFile): boolean {
  if (file.kind !== "read") return true;
  const { disableAllHooks } = file.settings;
  return disableAllHooks === undefined || typeof disableAllHooks === "boolean";
}

/** An entry whose timeout is zero, less, or no number is dropped without a word. */
export function isTaken({ timeout }: RegisteredHook): boolean {
  return timeout === undefined || timeout > 0;
}
