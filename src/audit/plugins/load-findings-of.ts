import type { PluginFinding } from "./findings/plugin-finding.ts";
import { liveSource } from "./live-source.ts";
import type { LoadSurroundings, NextLoad, NotLoaded } from "./next-load.ts";
import { firstRecorded } from "./plugin-copies.ts";
import type { PluginFacts } from "./plugin-facts.ts";
import { subjectOf } from "./subject-of.ts";

/** Not loaded by somebody's will: nothing is wrong with it. */
const INTENDED: readonly NotLoaded[] = ["not-enabled", "disabled", "given-to-a-session"];

/** Returns what is to be said of what a new session loads, beside the copy that it loads. */
export function loadFindings(
  facts: PluginFacts,
  next: NextLoad,
  around: LoadSurroundings,
): readonly PluginFinding[] {
  const subject = subjectOf(facts, firstRecorded(facts) ?? null);
  switch (next.kind) {
    case "unknown":
      return [{ kind: "load-unknown", ...subject, reason: next.why }];
    case "does-not-load":
      if (next.why === "given-to-a-session") return givenFindings(facts, around);
      if (INTENDED.includes(next.why) || facts.enablement?.enabled === false) return [];
      return [{ kind: "enabled-not-loaded", ...subject, reason: next.why }];
    case "loads":
      return withoutRecord(facts, next, around);
  }
}

function givenFindings(facts: PluginFacts, { unrecorded }: LoadSurroundings): readonly PluginFinding[] {
  return unrecorded
    .filter(({ id }) => id === facts.id)
    .map(({ folder, origin, pids }) => {
      const about = { ...subjectOf(facts, null), path: folder.path, pids };
      return { kind: "loaded-without-record", by: origin, ...about };
    });
}

function withoutRecord(
  facts: PluginFacts,
  { why, path, record }: Extract<NextLoad, { readonly kind: "loads" }>,
  { unrecorded }: LoadSurroundings,
): readonly PluginFinding[] {
  if (record !== null || why === "cache" || why === "record") return [];
  const pids = unrecorded.filter(({ folder }) => folder.path === path).flatMap((one) => one.pids);
  return [{ kind: "loaded-without-record", ...subjectOf(facts, null), path, by: why, pids }];
}

/** Returns what is to be said of a plugin that is read where its marketplace lies. */
export function liveFindings(facts: PluginFacts): readonly PluginFinding[] {
  const folder = facts.offered?.folder ?? null;
  const live = liveSource(facts);
  const copy = firstRecorded(facts) ?? null;
  const subject = subjectOf(facts, copy);
  // A plugin that is off is read from nowhere.
  if (live === "no" || folder === null || !subject.counts) return [];
  return [
    {
      kind: "directory-source-live",
      ...subject,
      path: folder.path,
      installPath: copy?.record.installPath ?? null,
      recorded: copy?.record.version ?? null,
      live: folder.manifest.kind === "read" ? folder.manifest.value.version : null,
      same: live === "not-known" ? null : live === "same",
    },
  ];
}
