import { firstRecorded, readsLive } from "./plugin-copies.ts";
import type { CopyFacts, PluginFacts } from "./plugin-facts.ts";

/** Of a plugin that is read where its marketplace lies: whether it still is what was installed. */
export type LiveSource = "no" | "same" | "changed" | "not-known";

/** Returns whether a plugin's source, where that is what is read, has the bytes that were installed from it. */
export function liveSource(facts: PluginFacts): LiveSource {
  if (!readsLive(facts)) return "no";
  const copy = firstRecorded(facts);
  if (copy === undefined) return "not-known";
  const recorded = copy.record.version;
  const version = facts.offered?.version ?? null;
  if (recorded !== null && version !== null && recorded !== version) return "changed";
  const tree = facts.offered?.tree ?? null;
  if (isCopyOf(facts.offered, copy)) return "same";
  if (copy.bytes.kind !== "read" || tree === null) return "not-known";
  return copy.bytes.tree === tree ? "same" : "changed";
}

/** What is committed there comes into a copy with other line ends, and with files in the place of links. */
function isCopyOf(offered: PluginFacts["offered"], { match }: CopyFacts): boolean {
  return match.kind === "found" && match.filtered && match.commit === offered?.commit;
}
