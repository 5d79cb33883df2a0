import type { JudgedPlugin } from "#audit/plugins/judge-plugin.ts";
import type { CopyFacts, LiveLoad, PluginFacts } from "#audit/plugins/plugin-facts.ts";
import type { CloneState } from "#git/clone/clone-state.ts";
import { pluginRow, provedCommit } from "./plugin-row.ts";
import { ageText, consistencyText, withHome } from "./short-texts.ts";

export const WIDE_HEADINGS = [
  "plugin",
  "verdict",
  "next",
  "enabled",
  "scope",
  "project",
  "path",
  "record version",
  "record commit",
  "manifest",
  "folder",
  "bytes' commit",
  "committed",
  "tree",
  "offers",
  "offered commit",
  "HEAD",
  "fetched",
  "remote's branch",
  "live",
] as const;

/** What cells are told against. */
type Reader = { readonly home: string; readonly now: number };

/** Returns a row for each copy of a plugin, with everything in full; one row where there is no copy. */
export function wideRows(judged: JudgedPlugin, reader: Reader): readonly (readonly string[])[] {
  const { facts, next, consistency } = judged;
  const [plugin = "", , , , , nextCell = ""] = pluginRow(judged);
  const head = [plugin, consistencyText(consistency), next.kind === "loads" ? nextCell : reasonOf(judged)];
  const enabled = facts.enablement === null ? "not said" : facts.enablement.enabled ? "yes" : "no";
  const shared = [...offeredCells(facts), ...cloneCells(facts, reader)];
  const rows = facts.copies.map((copy) => [
    ...head,
    enabled,
    ...copyCells(copy, reader),
    ...shared,
    livePids(facts, copy),
  ]);
  if (rows.length > 0) return rows;
  const none = WIDE_HEADINGS.slice(4, 14).map(() => "");
  return [[...head, enabled, ...none, ...shared, facts.live.map(pidOf).join(" ")]];
}

function reasonOf({ next }: JudgedPlugin): string {
  return next.kind === "loads" ? "" : `${next.kind === "unknown" ? "unknown" : "nothing"}: ${next.why}`;
}

function copyCells(copy: CopyFacts, { home }: Reader): readonly string[] {
  const { record, cached, folder, match, bytes } = copy;
  const manifest =
    folder.manifest.kind === "read" ? (folder.manifest.value.version ?? "none") : folder.manifest.kind;
  return [
    record === null ? "no record" : record.scope,
    record?.projectPath == null ? "" : withHome(record.projectPath, home),
    withHome(folder.path, home),
    record?.version ?? "",
    record?.gitCommitSha ?? "",
    manifest,
    cached?.version ?? "",
    provedCommit(copy) ?? match.kind,
    match.kind === "found" ? match.committedAt : "",
    bytes.kind === "read" ? bytes.tree : bytes.kind,
  ];
}

function offeredCells({ offered, entry }: PluginFacts): readonly string[] {
  return [offered?.version ?? entry?.version ?? "", offered?.commit ?? ""];
}

function cloneCells({ marketplace }: PluginFacts, { now }: Reader): readonly string[] {
  if (marketplace === null || marketplace.clone.kind !== "clone")
    return [marketplace?.stands ?? "unknown", "", ""];
  const { head, fetchedAt, tracking, shallow } = marketplace.clone;
  const fetched = fetchedAt === null ? "" : `${ageText(fetchedAt, now)} ago`;
  const beside =
    tracking === null ? "" : `${tracking.name} ${tracking.commit}${distanceOf(marketplace.clone)}`;
  return [`${head ?? "none"}${shallow ? " (shallow)" : ""}`, fetched, beside];
}

function distanceOf({ ahead, behind }: Extract<CloneState, { readonly kind: "clone" }>): string {
  return ahead === null || behind === null ? "" : ` (${ahead} ahead, ${behind} behind)`;
}

/** The processes that have this very copy; a copy that has no other is told of all that could not be placed. */
function livePids({ live, copies }: PluginFacts, copy: CopyFacts): string {
  const places = (load: LiveLoad): readonly string[] => pathsOf(load.evidence);
  const own = live.filter((load) => places(load).includes(copy.folder.path));
  const placed = (load: LiveLoad): boolean => copies.some(({ folder }) => places(load).includes(folder.path));
  const others = copy === copies[0] ? live.filter((load) => !placed(load)) : [];
  return [...own.map(pidOf), ...others.map((load) => `${pidOf(load)}?`)].join(" ");
}

function pathsOf(evidence: LiveLoad["evidence"]): readonly string[] {
  switch (evidence.kind) {
    case "markers":
      return evidence.paths;
    case "marker":
    case "recorded":
    case "argument":
    case "environment":
    case "directory-source":
      return [evidence.path];
    case "unknown":
      return [];
  }
}

function pidOf({ pid }: LiveLoad): string {
  return String(pid);
}
