import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { digestOf, sha256 } from "#base/digest.ts";
import { errorCode, errorText } from "#base/fault.ts";
import { readBytes } from "#base/files.ts";
import type { GitPlace } from "#git/git-place.ts";
import { type BytePath, placeOf, splitNul } from "#git/path-bytes.ts";
import type { Repository } from "#git/repository.ts";
import { askGit, gitFailed } from "#git/run-git.ts";
import type { Snapshot } from "./snapshot.ts";

/** The settings that decide what git sees of a file; names as git prints them. */
export type HidingSettings = ReadonlyMap<string, string>;

const FILE_SETTINGS: readonly string[] = ["core.excludesfile", "core.attributesfile"];

/**
 * Settings that decide which content git sees in a file (git-config(1)); names as git prints them.
 * `attr.tree` names attributes that stand in no file (since git 2.43).
 */
const SETTINGS =
  "^(filter\\..*|attr\\.tree|core\\.(excludesfile|attributesfile|autocrlf|eol|filemode|symlinks|ignorecase|sparsecheckout))$";

/**
 * Returns the settings in force. Later ones win; one with no value at all means `true`.
 *
 * @throws GitFault
 */
export async function readHidingSettings(place: GitPlace, signal: AbortSignal): Promise<HidingSettings> {
  const command = { arguments: ["config", "-z", "--get-regexp", SETTINGS] };
  const answer = await askGit(place, command, signal);
  if (answer.exitCode > 1) throw gitFailed(command, answer);
  const entries = splitNul(answer.output).map((entry): [string, string] => {
    const end = entry.indexOf("\n");
    return end < 0 ? [entry, "true"] : [entry.slice(0, end), entry.slice(end + 1)];
  });
  return new Map(entries);
}

/** Returns whether a sparse checkout leaves files out on purpose. */
export function isSparse(settings: HidingSettings): boolean {
  return /^(?:true|yes|on|[1-9]\d*)$/i.test(settings.get("core.sparsecheckout") ?? "");
}

/**
 * Returns the digests of what can keep an edit out of git's sight without being part of the tree.
 * A `.gitignore` or `.gitattributes` that is ignored itself (`*` in a new folder hides the folder
 * and the rule) counts as a rule outside of the tree; `ignored` names what is ignored.
 */
export function hidingRules(
  repository: Repository,
  settings: HidingSettings,
  ignored: readonly BytePath[],
): Snapshot["rules"] {
  const own = join(repository.commonDirectory, "info");
  const chosen = (name: string) => resolve(repository.root, expanded(settings.get(`core.${name}file`) ?? ""));
  const excludes = settings.has("core.excludesfile") ? chosen("excludes") : accountFile("ignore");
  const attributes = settings.has("core.attributesfile") ? chosen("attributes") : accountFile("attributes");
  const filters = [...settings].filter(([name]) => !FILE_SETTINGS.includes(name));
  return {
    excludes: digestOf([
      digestIn(join(own, "exclude")),
      digestIn(excludes),
      hidden(repository, ignored, ".gitignore"),
    ]),
    attributes: digestOf([
      digestIn("/etc/gitattributes"),
      digestIn(join(own, "attributes")),
      digestIn(attributes),
      hidden(repository, ignored, ".gitattributes"),
    ]),
    filters: digestOf(filters),
  };
}

/** Rule files among what is ignored, each with its digest. One below an ignored folder has no say in what git sees. */
function hidden(repository: Repository, ignored: readonly BytePath[], name: string) {
  return ignored
    .filter((path) => path === name || path.endsWith(`/${name}`))
    .map((path) => [path, digestIn(placeOf(repository.root, path))]);
}

function digestIn(path: string | Buffer): string {
  try {
    return sha256(readBytes(path));
  } catch (error) {
    const code = errorCode(error);
    return code === "ENOENT" || code === "ENOTDIR" ? "none" : (code ?? errorText(error));
  }
}

/** Where git looks when no file is configured (gitignore(5), gitattributes(5)). */
function accountFile(name: string): string {
  const configured = process.env["XDG_CONFIG_HOME"];
  const folder = configured === undefined || configured === "" ? join(homedir(), ".config") : configured;
  return join(folder, "git", name);
}

function expanded(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}
