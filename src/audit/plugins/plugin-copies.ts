import type { InstallRecord } from "#claude/plugins/install-record.ts";
import type { NextLoad } from "./next-load.ts";
import type { CopyFacts, PluginFacts } from "./plugin-facts.ts";

export type RecordedCopy = CopyFacts & { readonly record: InstallRecord };

/** Returns the copies that a record which counts here names, the one that is loaded first. */
export function recordedCopies(facts: PluginFacts): readonly RecordedCopy[] {
  return facts.copies
    .flatMap((copy) => (copy.record !== null && copy.applies ? [{ ...copy, record: copy.record }] : []))
    .sort((a, b) => a.record.index - b.record.index);
}

/**
 * Returns the copy whose record decides here, if any does: the first whose folder is there and not empty,
 * else the first of all (as for 2.1.330).
 */
export function firstRecorded(facts: PluginFacts): RecordedCopy | undefined {
  const copies = recordedCopies(facts);
  return copies.find(({ folder }) => folder.stands === "folder") ?? copies[0];
}

/** Whether the host reads the plugin where its marketplace lies, and copies nothing of what it loads: Codex always copies. */
export function readsLive({ host, marketplace, entry }: PluginFacts): boolean {
  const kind = marketplace?.source.kind;
  const isHere = kind === "directory" || kind === "file";
  return host === "claude" && isHere && entry?.source.kind === "relative";
}

/** Returns the copy that a new session loads; where it loads none of them, the one that its record names. */
export function copyThatCounts(facts: PluginFacts, next: NextLoad): CopyFacts | null {
  const byItself = next.kind === "loads" && next.why !== "directory-source" && next.record === null;
  const path = byItself ? next.path : null;
  const index = path === null ? firstRecorded(facts)?.record.index : undefined;
  const copy = facts.copies.find(({ record, applies, folder }) => {
    return folder.path === path || (applies && record !== null && record.index === index);
  });
  return copy ?? null;
}
