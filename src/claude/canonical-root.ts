import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errorCode } from "#base/fault.ts";
import { readBytes } from "#base/files.ts";

/**
 * Returns the folder that Claude Code 2.1.330 takes for a folder's repository: the top of its work tree,
 * and for a linked one that of the main work tree, so that all of them share install records and local
 * settings. `undefined` outside of any repository. Found without git, as the host does. Never throws.
 */
export function canonicalRoot(folder: string): string | undefined {
  try {
    const top = topOf(realpathSync(folder));
    return top === undefined ? undefined : mainTop(top);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

function topOf(folder: string): string | undefined {
  if (lstatSync(join(folder, ".git"), { throwIfNoEntry: false }) !== undefined) return folder;
  return dirname(folder) === folder ? undefined : topOf(dirname(folder));
}

/** A linked work tree has a file there that leads to its part of the repository (gitrepository-layout(5)). */
function mainTop(top: string): string {
  const pointer = /^gitdir: (.+)/.exec(smallText(join(top, ".git")))?.[1];
  if (pointer === undefined) return top;
  const part = resolve(top, pointer.trim());
  const common = smallText(join(part, "commondir")).trim();
  if (common === "") return top;
  const repository = realpathSync(resolve(part, common));
  return basename(repository) === ".git" ? dirname(repository) : top;
}

/** Empty where there is no such file. */
function smallText(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size <= LARGEST ? readBytes(path).toString("utf8") : "";
}

/** In bytes. It holds one path. */
const LARGEST = 8192;
