import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { digestOf, sha256 } from "#base/digest.ts";
import { errorCode } from "#base/fault.ts";
import { listIfPresent, makePrivateDirectory, readIfPresent, replaceFile } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { BUILT } from "#commands/installation.ts";
import { type LauncherFiles, launcherFiles } from "./launcher-files.ts";
import { commandScript, launcherModule, launcherScript, SYSTEM_PLACES } from "./launcher-script.ts";

/** What a launcher is made of. */
export type LauncherParts = {
  /** The folder of the built programs. */
  readonly dist: string;
  readonly version: string;
  /** The Node that the hooks shall run on. */
  readonly node: string;
};

const PRIVATE_PROGRAM = 0o700;
/** A running session may still load a part of the copy that it started with. */
const KEPT_COPIES = 3;
const COPY = /^\d+\.\d+\.\d+[^/]*-[0-9a-f]{12}$/;

const Registered = z.strictObject({
  schema: z.literal("countersign/registered/1"),
  files: z.array(z.string()),
});

/**
 * Copies the built programs into the launch folder and lets the launchers run that copy, so that they
 * outlive the package (npx deletes its cache). Safe while hooks run: each step leaves a launcher
 * that works. Returns the files.
 */
export function installLauncher(launchDirectory: string, parts: LauncherParts): LauncherFiles {
  makePrivateDirectory(launchDirectory);
  const files = launcherFiles(launchDirectory);
  const copy = copyHooks(launchDirectory, parts);
  replaceIfDifferent(files.node, `${stableNode(parts.node)}\n`);
  replaceIfDifferent(files.current, `${copy}\n`);
  replaceIfDifferent(files.module, launcherModule());
  replaceIfDifferent(files.command, commandScript(), PRIVATE_PROGRAM);
  replaceIfDifferent(files.script, launcherScript(), PRIVATE_PROGRAM);
  pruneCopies(launchDirectory, copy);
  return files;
}

/** Returns the settings files that hooks of ours were written to, as far as they are still noted. */
export function registeredFiles(launchDirectory: string): readonly string[] {
  const text = readIfPresent(launcherFiles(launchDirectory).registered);
  return text === undefined ? [] : parseJson(text, Registered).files;
}

/** Notes that a settings file registers the launcher, so that `remove` knows who still needs it. */
export function noteRegisteredFile(launchDirectory: string, settingsPath: string): void {
  const files = [...new Set([...registeredFiles(launchDirectory), settingsPath])].sort();
  const note = { schema: "countersign/registered/1", files };
  replaceIfDifferent(launcherFiles(launchDirectory).registered, `${JSON.stringify(note, null, 2)}\n`);
}

/** Removes the launch folder with everything in it. Hooks that still name it no longer start. */
export function removeLauncher(launchDirectory: string): void {
  rmSync(launchDirectory, { recursive: true, force: true });
}

/** Returns the name of the copy that the launcher runs; null where there is none yet. */
export function copyInUse(launchDirectory: string): string | null {
  return readIfPresent(launcherFiles(launchDirectory).current)?.trim() ?? null;
}

/** Returns how the copy of these built programs is named: same version and bytes, same copy. */
export function copyName({ dist, version }: LauncherParts): string {
  return `${version}-${digestOfHooks(dist).slice(0, 12)}`;
}

/** Returns the name of the copy. A damaged one is made anew. */
function copyHooks(launchDirectory: string, parts: LauncherParts): string {
  const { dist } = parts;
  const name = copyName(parts);
  const target = join(launchDirectory, name);
  if (existsSync(target) && name.endsWith(digestOfHooks(target).slice(0, 12))) {
    utimesSync(target, new Date(), new Date());
    return name;
  }
  const temporary = join(launchDirectory, `.${name}.${process.pid}.tmp`);
  rmSync(temporary, { recursive: true, force: true });
  makePrivateDirectory(temporary);
  for (const built of BUILT) cpSync(join(dist, built), join(temporary, built), { recursive: true });
  rmSync(target, { recursive: true, force: true });
  renameSync(temporary, target);
  return name;
}

/** Returns the digest of the built programs in a folder; a copy is named after its first twelve digits. */
export function digestOfHooks(folder: string): string {
  const files = BUILT.flatMap((built) => listIfPresent(join(folder, built)).map((name) => join(built, name)));
  return digestOf(files.map((file) => [file, sha256(readFileSync(join(folder, file)))]));
}

/** Homebrew and others replace the real path at every update and keep a link to it in a constant place. */
function stableNode(node: string): string {
  const real = realPath(node);
  return SYSTEM_PLACES.find((place) => real !== undefined && realPath(place) === real) ?? node;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

function pruneCopies(launchDirectory: string, current: string): void {
  const copies = readdirSync(launchDirectory)
    .filter((name) => COPY.test(name) && name !== current)
    .map((name) => ({ name, at: statSync(join(launchDirectory, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of copies.slice(KEPT_COPIES - 1)) {
    rmSync(join(launchDirectory, name), { recursive: true, force: true });
  }
}

function replaceIfDifferent(path: string, text: string, mode?: number): void {
  if (readIfPresent(path) !== text) replaceFile(path, text, mode);
  else if (mode !== undefined) chmodSync(path, mode);
}
