import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { errorCode, errorText } from "#base/fault.ts";
import { removeIfPresent, replaceFile } from "#base/files.ts";
import { oneLine } from "#base/text.ts";
import { ClaudeFault } from "#claude/fault.ts";
import { UsageFault } from "#commands/command.ts";

/** A settings file as it is and as it shall be. `before` is undefined where there is no file. */
export type SettingsChange = {
  readonly path: string;
  /** Where the text lies: `path` itself, or what a symbolic link leads to. */
  readonly target: string;
  readonly before: string | undefined;
  readonly after: string;
};

const PRIVATE_FILE = 0o600;

/**
 * Returns what an edit would make of a settings file. Nothing is written.
 *
 * @throws UsageFault where the file cannot be read, or no hook can be written into it.
 */
export function planChange(path: string, edit: (text: string) => string): SettingsChange {
  const target = targetOf(path);
  const before = readText(target, path);
  try {
    return { path, target, before, after: edit(before ?? "") };
  } catch (error) {
    if (!(error instanceof ClaudeFault)) throw error;
    throw refusal(path, error.failure.detail);
  }
}

/**
 * Writes a planned change, whole or not at all, with the file's mode kept, and returns where the
 * copy of the old text lies (none where there was no file). The copy stands beside the named file.
 */
export function writeChange(change: SettingsChange, at: Date): string | undefined {
  mkdirSync(dirname(change.target), { recursive: true });
  if (change.before === undefined) {
    replaceFile(change.target, change.after, PRIVATE_FILE);
    return undefined;
  }
  const backup = `${change.path}.countersign-${at.toISOString().replace(/[:.]/g, "-")}.bak`;
  copyFileSync(change.target, backup);
  replaceFile(change.target, change.after, statSync(change.target).mode & 0o7777);
  return backup;
}

/** Removes a settings file that held nothing but what was taken away. */
export function removeChanged(change: SettingsChange): void {
  removeIfPresent(change.target);
}

/** A link may lead to a file that is still to be written. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw refusal(path, errorText(error));
    const link = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    return link ? resolve(dirname(path), readlinkSync(path)) : path;
  }
}

function readText(target: string, path: string): string | undefined {
  try {
    const bytes = readFileSync(target);
    const text = bytes.toString("utf8");
    if (!Buffer.from(text).equals(bytes)) throw refusal(path, "it is not UTF-8 text");
    return text;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    if (error instanceof UsageFault) throw error;
    throw refusal(path, errorText(error));
  }
}

function refusal(path: string, why: string): UsageFault {
  const text = `${path} was left as it is: ${oneLine(why)}. Mend it, then run this again.`;
  return new UsageFault({ kind: "usage", text });
}
