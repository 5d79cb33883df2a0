import type { JudgedPlugin } from "#audit/plugins/judge-plugin.ts";
import type { MarketplaceFacts } from "#audit/plugins/marketplace-facts.ts";
import type { NextLoad } from "#audit/plugins/next-load.ts";
import type { CopyFacts, LiveLoad, PluginFacts } from "#audit/plugins/plugin-facts.ts";
import { isReadInPlace } from "#claude/plugins/marketplace-source.ts";
import { consistencyText, shortCommit, shortVersion } from "./short-texts.ts";

export const PLUGIN_HEADINGS = [
  "plugin",
  "HEAD",
  "offers",
  "record",
  "bytes",
  "next",
  "live",
  "verdict",
] as const;

/** Returns the cells of one plugin, each as short as it can be without saying less. */
export function pluginRow(judged: JudgedPlugin): readonly string[] {
  return cells(judged, recordText);
}

/** The same, with the recorded commit only where the bytes are another one's. */
export function narrowRow(judged: JudgedPlugin): readonly string[] {
  return cells(judged, (copy) => {
    const claimed = copy.record?.gitCommitSha ?? null;
    return claimed !== null && claimed === provedCommit(copy)
      ? shortVersion(copy.record?.version ?? null)
      : recordText(copy);
  });
}

function cells(
  { facts, next, consistency }: JudgedPlugin,
  record: (copy: CopyFacts) => string,
): readonly string[] {
  const copy = decidingCopy(facts, next);
  return [
    facts.host === "claude" ? facts.id : `${facts.id} (${facts.host})`,
    headText(facts.marketplace),
    offeredText(facts),
    copy === null ? "none" : record(copy),
    copy === null ? "none" : bytesText(copy),
    nextText(next),
    liveText(facts.live, facts),
    consistencyText(consistency),
  ];
}

/** The copy that a row tells of: the one that would be loaded, else the first. */
function decidingCopy({ copies }: PluginFacts, next: NextLoad): CopyFacts | null {
  const loaded = next.kind === "loads" ? copies.find(({ folder }) => folder.path === next.path) : undefined;
  const recorded =
    next.kind === "loads" && next.record !== null
      ? copies.find(({ record }) => record?.index === next.record)
      : undefined;
  return recorded ?? loaded ?? copies[0] ?? null;
}

/** Where the clone stands, and by how much it is behind what was fetched. */
function headText(marketplace: MarketplaceFacts | null): string {
  if (marketplace === null) return "none";
  const { clone, stands, source, copiedCommit } = marketplace;
  switch (clone.kind) {
    case "broken":
      return "broken";
    case "none":
      if (copiedCommit !== null) return shortCommit(copiedCommit);
      if (stands === "absent") return "absent";
      return isReadInPlace(source) ? "folder" : "no git";
    case "clone":
      return `${shortCommit(clone.head)}${clone.behind === null || clone.behind === 0 ? "" : ` -${clone.behind}`}`;
  }
}

function offeredText({ entry, offered, marketplace }: PluginFacts): string {
  if (marketplace === null) return "";
  if (entry === null) return "nothing";
  return shortVersion(offered?.version ?? entry.version);
}

function recordText({ record }: CopyFacts): string {
  if (record === null) return "none";
  const version = shortVersion(record.version);
  return record.gitCommitSha === null ? version : `${version} ${shortCommit(record.gitCommitSha)}`;
}

/** The commit that has these bytes, or why none is named. */
function bytesText(copy: CopyFacts): string {
  const { bytes, match } = copy;
  if (bytes.kind === "absent") return "absent";
  if (bytes.kind === "unreadable") return "unreadable";
  if (bytes.kind === "too-large") return "too large";
  switch (match.kind) {
    case "found":
      return shortCommit(provedCommit(copy));
    case "not-found":
      return match.whole ? "no commit" : "?";
    case "not-searched":
      return "?";
  }
}

/** Several commits can have the same bytes: the recorded one where it is among them. */
export function provedCommit({ bytes, match, recorded, record }: CopyFacts): string | null {
  const isRecorded = bytes.kind === "read" && recorded.kind === "here" && recorded.tree === bytes.tree;
  if (isRecorded && record !== null) return record.gitCommitSha;
  return match.kind === "found" ? match.commit : null;
}

function nextText(next: NextLoad): string {
  switch (next.kind) {
    case "loads":
      return next.why === "directory-source"
        ? `${shortVersion(next.version)} live`
        : shortVersion(next.version);
    case "does-not-load":
      return "nothing";
    case "unknown":
      return "?";
  }
}

/** `1.0.0 x2`: two processes hold it. */
function liveText(live: readonly LiveLoad[], facts: PluginFacts): string {
  const counts = new Map<string, number>();
  for (const { evidence } of live) {
    const version = loadedText(evidence, facts);
    counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return [...counts]
    .map(([version, number]) => (number === 1 ? version : `${version} x${number}`))
    .join(", ");
}

function loadedText(evidence: LiveLoad["evidence"], { copies }: PluginFacts): string {
  switch (evidence.kind) {
    case "marker":
    case "recorded":
      return shortVersion(evidence.version);
    case "markers":
      return `${evidence.paths.length} versions`;
    case "directory-source":
    case "argument":
    case "environment": {
      const folder = copies.find((copy) => copy.folder.path === evidence.path)?.folder;
      return folder?.manifest.kind === "read" ? shortVersion(folder.manifest.value.version) : "folder";
    }
    case "unknown":
      return "?";
  }
}
