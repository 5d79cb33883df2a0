import { realpathSync } from "node:fs";
import { join } from "node:path";
import { applyEdits, modify } from "jsonc-parser";
import { errorText } from "#base/fault.ts";
import { makePrivateDirectory, readIfPresent, replaceFile } from "#base/files.ts";
import { withLock } from "#base/lock.ts";
import type { Mode } from "#gate/mode.ts";
import { onState, StateFault } from "#runs/fault.ts";
import type { Locations } from "#runs/locations.ts";

/**
 * Sets `gate` in the user's configuration file and leaves every other byte as it is. A file that
 * is a link stays one. The file is made where there is none.
 *
 * @throws StateFault `state-corrupt` where the file holds no JSON object: what a person wrote is
 * not overwritten. `state-unwritable` where the file system refuses.
 * @throws LockFault when `signal` fires first.
 */
export async function setUserGate(locations: Locations, gate: Mode, signal: AbortSignal): Promise<void> {
  const path = locations.userConfig;
  await onState(async () => {
    makePrivateDirectory(locations.root);
    await withLock(
      join(locations.root, "user-config.lock"),
      async () => {
        const text = readIfPresent(path);
        const target = text === undefined ? path : realpathSync(path);
        replaceFile(target, withGate(text ?? "{}\n", gate, path));
      },
      signal,
    );
  });
}

function withGate(text: string, gate: Mode, path: string): string {
  refuseTorn(text, path);
  const style = { insertSpaces: true, tabSize: 2, eol: "\n" };
  return applyEdits(text, modify(text, ["gate"], gate, { formattingOptions: style }));
}

function refuseTorn(text: string, path: string): void {
  let detail = "it holds no JSON object";
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  } catch (error) {
    detail = errorText(error);
  }
  throw new StateFault({ kind: "state-corrupt", path, detail });
}
