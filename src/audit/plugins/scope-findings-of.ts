import type { PluginFinding } from "./findings/plugin-finding.ts";
import type { RecordWord } from "./findings/record-finding.ts";
import { type RecordedCopy, recordedCopies } from "./plugin-copies.ts";
import type { PluginFacts } from "./plugin-facts.ts";
import { subjectOf } from "./subject-of.ts";

/** Returns what is wrong between the records of one plugin that count here. */
export function scopeFindings(facts: PluginFacts): readonly PluginFinding[] {
  const [first, ...others] = recordedCopies(facts);
  if (first === undefined) return [];
  const subject = subjectOf(facts, first);
  const path = first.record.installPath;
  const elsewhere = others.filter((other) => !sameFolder(first, other));
  const against = others.filter((other) => contradict(first, other));
  const found: PluginFinding[] = [];
  if (elsewhere.length > 0) {
    const loaded = wordOf(first);
    found.push({ kind: "scope-shadowed", ...subject, loaded, shadowed: elsewhere.map(wordOf) });
  }
  if (against.length > 0) {
    const records = [first, ...against].map(wordOf);
    found.push({ kind: "records-contradict", ...subject, path, records });
  }
  return found;
}

/** One folder may be written in several ways: through a link, in upper case, as on another machine. */
function sameFolder(a: RecordedCopy, b: RecordedCopy): boolean {
  return a.record.installPath === b.record.installPath || a.folder.path === b.folder.path;
}

/** Two commits contradict each other only where both are known, and known to have other content. */
function contradict(a: RecordedCopy, b: RecordedCopy): boolean {
  if (!sameFolder(a, b)) return false;
  if (a.record.version !== b.record.version) return true;
  return a.recorded.kind === "here" && b.recorded.kind === "here" && a.recorded.tree !== b.recorded.tree;
}

function wordOf({ record }: RecordedCopy): RecordWord {
  return {
    scope: record.scope,
    projectPath: record.projectPath,
    path: record.installPath,
    version: record.version,
    commit: record.gitCommitSha,
  };
}
