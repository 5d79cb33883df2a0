import type { PluginFolder } from "#claude/plugins/plugin-folder.ts";
import type { CopyStanding } from "./copy-standing.ts";
import type { PluginFinding } from "./findings/plugin-finding.ts";
import type { Subject } from "./findings/subject.ts";
import type { CopyFacts, PluginFacts } from "./plugin-facts.ts";
import { proofRemedy } from "./proof-remedy.ts";
import { subjectOf } from "./subject-of.ts";
import { folderNameOf } from "./version-order.ts";

/** Returns what is wrong with the files of one copy. */
export function bytesFindings(
  facts: PluginFacts,
  copy: CopyFacts,
  standing: CopyStanding,
): readonly PluginFinding[] {
  return [
    ...contentFindings(facts, copy, standing),
    ...versionFindings(facts, copy),
    ...partFindings(subjectOf(facts, copy), copy.folder),
  ];
}

function contentFindings(
  facts: PluginFacts,
  copy: CopyFacts,
  standing: CopyStanding,
): readonly PluginFinding[] {
  const about = { ...subjectOf(facts, copy), path: copy.folder.path };
  const { differences } = copy;
  switch (standing.kind) {
    case "edited": {
      const against = differences?.against ?? null;
      const files = differences?.files ?? [];
      const younger = differences?.younger === true;
      return [{ kind: "cache-edited", ...about, against, files, younger, searched: standing.searched }];
    }
    case "added": {
      const { against, files, byProducts } = standing;
      return [{ kind: "files-added", ...about, against, files, byProducts }];
    }
    case "unexplained": {
      const recorded = copy.record?.gitCommitSha ?? null;
      return [{ kind: "bytes-unexplained", ...about, recorded, files: differences?.files ?? null }];
    }
    case "unproven":
      // What is off, or of another project, is not doubted for want of a history.
      return about.counts
        ? [{ kind: "bytes-unproven", ...about, why: standing.why, remedy: proofRemedy(facts, copy) }]
        : [];
    case "unreadable":
      return [{ kind: "bytes-unreadable", ...about, path: standing.path, detail: standing.detail }];
    default:
      return [];
  }
}

/** Versions are words: equal or not. Which of two is true, only the bytes can tell. */
function versionFindings(facts: PluginFacts, copy: CopyFacts): readonly PluginFinding[] {
  const { manifest } = copy.folder;
  const said = manifest.kind === "read" ? manifest.value.version : null;
  if (said === null) return [];
  const recorded = copy.record?.version ?? null;
  const folder = copy.cached?.version ?? null;
  const agree =
    (recorded === null || recorded === said) && (folder === null || folder === folderNameOf(said));
  if (agree) return [];
  const about = { ...subjectOf(facts, copy), path: copy.folder.path };
  return [{ kind: "manifest-version-differs", ...about, manifest: said, recorded, folder }];
}

/** Returns what is broken in a plugin's folder. */
export function partFindings(subject: Subject, { manifest, hooks }: PluginFolder): readonly PluginFinding[] {
  const found: PluginFinding[] = [];
  if (manifest.kind === "unreadable") {
    found.push({ kind: "manifest-broken", ...subject, path: manifest.path, detail: manifest.detail });
  }
  if (hooks.kind === "unreadable") {
    found.push({ kind: "hooks-broken", ...subject, path: hooks.path, detail: hooks.detail });
  }
  return found;
}
