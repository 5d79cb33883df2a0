import type { ObjectId } from "#base/ids.ts";
import type { PluginFinding } from "./findings/plugin-finding.ts";
import type { SessionWord } from "./findings/session-finding.ts";
import type { NextLoad } from "./next-load.ts";
import type { CopyFacts, LiveLoad, PluginFacts } from "./plugin-facts.ts";
import { subjectOf } from "./subject-of.ts";

/** Returns what is to be said of the sessions that live, beside what a new one would load. */
export function sessionFindings(facts: PluginFacts, next: NextLoad): readonly PluginFinding[] {
  return [
    ...outdatedFindings(facts, next),
    ...changedFindings(facts),
    ...goneFindings(facts),
    ...doubleFindings(facts),
  ];
}

function outdatedFindings(facts: PluginFacts, next: NextLoad): readonly PluginFinding[] {
  const loaded = facts.live.flatMap((load) => installedWord(load).map((word) => ({ load, word })));
  const sessions = loaded.map(({ word }) => word);
  const subject = subjectOf(facts, null);
  if (next.kind === "does-not-load" && sessions.length > 0) {
    return [{ kind: "still-loaded", ...subject, reason: next.why, sessions }];
  }
  if (next.kind !== "loads") return [];
  const tree = treeAt(facts, next.path);
  const outdated = loaded.flatMap(({ load, word }) => {
    const same = tree !== null && (load.tree ?? treeAt(facts, word.path)) === tree;
    return word.path === next.path || same ? [] : [word];
  });
  if (outdated.length === 0) return [];
  const { path, version } = next;
  return [{ kind: "update-pending-restart", ...subject, path, version, sessions: outdated }];
}

/** A folder is named after a version or a commit: another one may have the very same files. */
function treeAt({ copies }: PluginFacts, path: string): ObjectId | null {
  const bytes = copies.find(({ folder }) => folder.path === path)?.bytes;
  return bytes?.kind === "read" ? bytes.tree : null;
}

/** Trees of different object formats cannot be compared. */
function changedFindings(facts: PluginFacts): readonly PluginFinding[] {
  const paths = [...new Set(facts.copies.map(({ folder }) => folder.path))];
  return paths.flatMap((path): readonly PluginFinding[] => {
    const now = treeAt(facts, path);
    if (now === null) return [];
    const sessions = facts.live.flatMap(({ pid, sessionId, tree, evidence }) =>
      "path" in evidence && evidence.path === path && tree !== null && isOther(tree, now)
        ? [{ pid, sessionId, path, tree }]
        : [],
    );
    if (sessions.length === 0) return [];
    const inCache = facts.copies.some(({ folder, cached }) => cached !== null && folder.path === path);
    return [{ kind: "changed-under-session", ...subjectOf(facts, null), path, tree: now, inCache, sessions }];
  });
}

function isOther(tree: ObjectId, now: ObjectId): boolean {
  return tree.length === now.length && tree !== now;
}

/** What a session took from an installation; what was given to it by itself is meant to be another. */
function installedWord({ pid, sessionId, evidence }: LiveLoad): readonly SessionWord[] {
  switch (evidence.kind) {
    case "marker":
    case "recorded":
    case "directory-source":
      return [{ pid, sessionId, path: evidence.path }];
    case "markers":
      return evidence.first === null ? [] : [{ pid, sessionId, path: evidence.first }];
    default:
      return [];
  }
}

/** A mark lies in the folder that it speaks of, so only what was put on record can name one that is gone. */
function goneFindings(facts: PluginFacts): readonly PluginFinding[] {
  const sessions = facts.live.flatMap(({ pid, sessionId, evidence }) => {
    if (evidence.kind !== "recorded" || !isGone(facts.copies, evidence.path)) return [];
    return [{ pid, sessionId, path: evidence.path }];
  });
  if (sessions.length === 0) return [];
  return [{ kind: "folder-gone-under-session", ...subjectOf(facts, null), sessions }];
}

/** Every folder of the plugin in the cache is among the copies. */
function isGone(copies: readonly CopyFacts[], path: string): boolean {
  const same = copies.find(({ folder }) => folder.path === path);
  if (same !== undefined) return same.folder.stands === "absent";
  const parents = copies.flatMap(({ cached, folder }) => (cached === null ? [] : [parentOf(folder.path)]));
  return parents.includes(parentOf(path));
}

function parentOf(path: string): string {
  return path.replace(/[/\\][^/\\]*$/, "");
}

function doubleFindings(facts: PluginFacts): readonly PluginFinding[] {
  return facts.live.flatMap(({ pid, sessionId, evidence }): readonly PluginFinding[] => {
    if (evidence.kind !== "markers") return [];
    const { paths, first } = evidence;
    return [{ kind: "two-versions-in-process", ...subjectOf(facts, null), pid, sessionId, paths, first }];
  });
}
