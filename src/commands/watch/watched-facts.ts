import { lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { digestOf, sha256 } from "#base/digest.ts";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { findProgram, programNames } from "#base/find-program.ts";
import { canonicalJson, JsonFault, parseJson } from "#base/json.ts";
import { clip } from "#base/text.ts";
import { type Facts, gateSettings } from "#claude/gate-settings.ts";
import { providerSettings } from "#codex/provider-settings.ts";
import { launcherFiles } from "#commands/setup/launcher-files.ts";
import type { Watched } from "#runs/watched.ts";

const LONGEST_TEXT = 300;
const Settings = z.record(z.string(), z.unknown());

/** Returns what a watched file, or the launcher's folder, says now. Never throws for what is in it. */
export function factsOf({ kind, path }: Watched): Facts {
  switch (kind) {
    case "settings":
      return gateSettings(path);
    case "launcher":
      return launcherFacts(path);
    case "configuration":
      return configurationFacts(path);
    case "reviewer":
      return reviewerFacts(path);
    case "programs":
      return programFacts(path);
  }
}

/**
 * Returns a text that is another one after every change of what is watched, for the price of a look
 * at the files' entries. The system sets a file's ctime by itself (inode(7)), so that no change can
 * hide behind an old time.
 */
export function signatureOf({ kind, path }: Watched): string {
  if (kind === "programs") return digestOf(programFacts(path)).slice(0, 20);
  const files = kind === "launcher" ? filesOfLauncher(path) : [path];
  const entries = files.flatMap((file) => [
    entryText(() => lstatSync(file, { throwIfNoEntry: false })),
    entryText(() => statSync(file, { throwIfNoEntry: false })),
  ]);
  return sha256(entries.join("\n")).slice(0, 20);
}

/** What cannot be looked at (a loop of links, a folder that may not be entered) is a state as well. */
function entryText(look: () => Stats | undefined): string {
  try {
    const entry = look();
    return entry === undefined ? "none" : `${entry.ino} ${entry.size} ${entry.mtimeMs} ${entry.ctimeMs}`;
  } catch (error) {
    return unreadable(error);
  }
}

/** Returns a file's text, or why it cannot be read; `undefined` where there is none. */
function textIn(path: string): string | undefined {
  try {
    return readIfPresent(path);
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) throw error;
  return `unreadable: ${code}`;
}

function launcherFacts(folder: string): Facts {
  const files = launcherFiles(folder);
  const named = { script: files.script, command: files.command, module: files.module, node: files.node };
  const texts = Object.entries({ ...named, current: files.current }).flatMap(([name, path]) => {
    const text = textIn(path);
    return text === undefined ? [] : [[`launcher.${name}`, sha256(text).slice(0, 20)] as const];
  });
  const programs = programsOf(folder).map((path) => [path, sha256(textIn(path) ?? "")]);
  const copy = programs.length === 0 ? [] : [["launcher.programs", digestOf(programs).slice(0, 20)] as const];
  return Object.fromEntries([...texts, ...copy]);
}

function filesOfLauncher(folder: string): readonly string[] {
  const { script, command, module, node, current } = launcherFiles(folder);
  return [script, command, module, node, current, ...programsOf(folder)];
}

/** Where they are found, and not what they hold: programs are updated all the time, and in place. */
function programFacts(path: string): Facts {
  const found = ["codex", "git"].flatMap((name) => {
    const program = findProgram(programNames(name), { PATH: path });
    return program === undefined ? [] : [[`program.${name}`, program] as const];
  });
  return Object.fromEntries(found);
}

/** Every file of the copy that the launcher runs. */
function programsOf(folder: string): readonly string[] {
  const current = textIn(launcherFiles(folder).current)?.trim();
  if (current === undefined || current === "") return [];
  try {
    return readdirSync(join(folder, current), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}

/** A `.env` holds keys as well: of it only a digest is kept. */
function reviewerFacts(path: string): Facts {
  try {
    const text = readIfPresent(path);
    if (text === undefined) return {};
    return path.endsWith(".toml")
      ? providerSettings(text)
      : { "reviewer.variables": `sha256 ${sha256(text).slice(0, 12)}` };
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return { file: "unreadable" };
  }
}

function configurationFacts(path: string): Facts {
  try {
    const text = readIfPresent(path);
    if (text === undefined) return {};
    const settings = Object.entries(parseJson(text, Settings));
    return Object.fromEntries(
      settings.map(([key, value]) => [key, clip(canonicalJson(value), LONGEST_TEXT)]),
    );
  } catch (error) {
    if (!(error instanceof JsonFault) && errorCode(error) === undefined) throw error;
    return { file: "unreadable" };
  }
}
