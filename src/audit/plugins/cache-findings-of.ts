import type { CachedVersion } from "#claude/plugins/cached-version.ts";
import type { PluginFinding } from "./findings/plugin-finding.ts";
import type { Subject } from "./findings/subject.ts";
import type { NextLoad } from "./next-load.ts";
import type { PluginFacts } from "./plugin-facts.ts";
import { subjectOf } from "./subject-of.ts";

/** Returns what is to be said of the folders that a plugin has in the cache, and of the marks in them. */
export function cacheFindings(facts: PluginFacts, next: NextLoad): readonly PluginFinding[] {
  const loaded = next.kind === "loads" ? next.path : null;
  const recorded = new Set(
    facts.copies.flatMap(({ record, folder }) => (record === null ? [] : [folder.path])),
  );
  const subject = subjectOf(facts, null);
  const cached = facts.copies
    .flatMap((copy) => (copy.cached === null ? [] : [copy.cached]))
    .filter(
      (version, index, all) => all.findIndex(({ folder }) => folder.path === version.folder.path) === index,
    );
  const loose = cached.filter(({ folder }) => !recorded.has(folder.path) && folder.path !== loaded);
  return [
    ...cached.flatMap((version) => holderFindings(subject, version, loaded)),
    ...loose.flatMap((version) => unrecordedFinding(subject, version)),
    ...leftoverFindings(subject, loose),
  ];
}

/** Returns what the marks in one cached folder say. `loaded`: what a new session would load instead. */
export function holderFindings(
  subject: Subject,
  { folder, holders, orphanedAt }: CachedVersion,
  loaded: string | null,
): readonly PluginFinding[] {
  const path = folder.path;
  const pids = holders.filter(({ state }) => state === "alive").map(({ pid }) => pid);
  const marks = holders
    .filter(({ state }) => state === "dead" || state === "recycled")
    .map((holder) => ({ path: holder.path, pid: holder.pid, recycled: holder.state === "recycled" }));
  const found: PluginFinding[] = [];
  if (orphanedAt !== null && pids.length > 0) {
    const replaced = loaded !== null && loaded !== path;
    found.push({ kind: "orphaned-but-held", ...subject, path, orphanedAt, pids, replaced });
  }
  if (marks.length > 0) found.push({ kind: "dead-holders", ...subject, path, marks });
  return found;
}

/** In use by a session, by no record: installed by a way that writes none, or its record was removed. */
function unrecordedFinding(
  subject: Subject,
  { folder, holders, orphanedAt }: CachedVersion,
): readonly PluginFinding[] {
  const pids = holders.filter(({ state }) => state === "alive").map(({ pid }) => pid);
  if (orphanedAt !== null || pids.length === 0) return [];
  return [{ kind: "loaded-without-record", ...subject, path: folder.path, by: "session", pids }];
}

/** Returns the versions that nothing refers to any more. */
export function leftoverFindings(
  subject: Subject,
  loose: readonly CachedVersion[],
): readonly PluginFinding[] {
  const left = loose.filter(({ holders }) => holders.every(({ state }) => state !== "alive"));
  if (left.length === 0) return [];
  const paths = left.map(({ folder }) => folder.path);
  const orphaned = left.filter(({ orphanedAt }) => orphanedAt !== null).length;
  return [{ kind: "leftover-versions", ...subject, paths, orphaned }];
}
