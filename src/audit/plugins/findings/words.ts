import type { Differences } from "#audit/plugins/plugin-facts.ts";
import type { Weight } from "#audit/verdict.ts";
import { count } from "#base/text.ts";
import type { RecordWord } from "./record-finding.ts";
import type { Subject } from "./subject.ts";

const MOST = 5;

export const RUNNING =
  "A session that runs goes on with what it has loaded, until it is started again or /reload-plugins is given in it.";

/** Returns a weight that a finding has where it bears on sessions here; else it is a note. */
export function whereItCounts(weight: Weight): (finding: Subject) => Weight {
  return ({ counts }) => (counts ? weight : "note");
}

/** Returns a commit as short as git shows it in a large repository. */
export function short(commit: string | null): string {
  return commit === null ? "an unknown commit" : commit.slice(0, 12);
}

/** Returns a version, or that there is none. */
export function version(text: string | null): string {
  return text === null ? "no version" : `version ${text}`;
}

/** Returns a list that is cut after a few. */
export function few(items: readonly string[]): string {
  const more = items.length - MOST;
  const shown = items.slice(0, MOST).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Returns how files differ: `changed hooks/stop.sh; added x`. */
export function differing(files: Differences["files"]): string {
  return (["changed", "added", "removed"] as const)
    .map((how) => ({ how, paths: files.filter((file) => file.how === how).map(({ path }) => path) }))
    .filter(({ paths }) => paths.length > 0)
    .map(({ how, paths }) => `${how} ${few(paths)}`)
    .join("; ");
}

/** Returns processes by their ids. */
export function processes(pids: readonly number[]): string {
  return `${count(pids.length, "process", "processes")}: ${few(pids.map(String))}`;
}

/** Returns what one record says. */
export function recordText({ scope, projectPath, path, version: said, commit }: RecordWord): string {
  const where = projectPath === null ? scope : `${scope} ${projectPath}`;
  return `${where}: ${version(said)}, commit ${short(commit)}, at ${path}`;
}
