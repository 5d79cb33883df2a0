import type { PluginFinding } from "#audit/plugins/findings/plugin-finding.ts";
import type { NotLoaded } from "#audit/plugins/next-load.ts";
import { marketplaceOf, nameOf } from "#audit/plugins/plugin-id.ts";
import { count } from "#base/text.ts";
import { grouped } from "#commands/audit-plugins/gather/grouped.ts";
import type { ToldFinding } from "./told-findings.ts";

const MOST_NAMES = 5;
const CAUSES: { readonly [K in NotLoaded]?: "record-points-nowhere" | "manifest-broken" } = {
  "folder-missing": "record-points-nowhere",
  "manifest-broken": "manifest-broken",
};

/**
 * Returns the findings with those as one that have one cause: what cannot be told of the plugins of a
 * marketplace for want of its history, that clones have none, which is how they are made, that a plugin
 * is not loaded, where what is broken is told of it, and the version of a record whose commit is false.
 */
export function gatheredFindings(findings: readonly ToldFinding[]): readonly ToldFinding[] {
  const own = findings.filter((finding) => !isToldAsCause(finding, findings));
  const groups = grouped(own, (finding) => causeOf(finding.facts) ?? finding);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined || group.length === 1 ? group : [{ ...first, ...ofMany(first, group) }];
  });
}

/** What is not there or broken is not loaded: the finding about it says so. */
function isToldAsCause({ facts }: ToldFinding, all: readonly ToldFinding[]): boolean {
  if (facts.kind !== "enabled-not-loaded" && facts.kind !== "manifest-version-differs") return false;
  // A record that is another commit's names that one's version too.
  const cause = facts.kind === "enabled-not-loaded" ? CAUSES[facts.reason] : "false-record";
  return all.some(
    (one) =>
      one.facts.kind === cause &&
      one.weight === "finding" &&
      one.facts.host === facts.host &&
      one.facts.plugin === facts.plugin,
  );
}

/** Equal for findings of one cause; null for those that stand alone. */
function causeOf(facts: PluginFinding): string | null {
  switch (facts.kind) {
    case "clone-shallow":
      return `${facts.kind} ${facts.fetchedAt !== null}`;
    case "record-unproven":
      return `${facts.kind} ${facts.host} ${marketplaceOf(facts.plugin)}`;
    case "bytes-unproven":
      return `${facts.kind} ${facts.host} ${marketplaceOf(facts.plugin)} ${facts.why}`;
    default:
      return null;
  }
}

function ofMany(
  { facts, evidence }: ToldFinding,
  group: readonly ToldFinding[],
): Pick<ToldFinding, "about" | "wrong" | "evidence"> {
  const names = group.map(({ about }) => nameOf(about ?? ""));
  const against = { for: [], against: evidence.against };
  switch (facts.kind) {
    case "record-unproven":
      return {
        about: marketplaceOf(facts.plugin),
        wrong: `the records of ${count(group.length, "plugin")} name commits that are not here: ${few(names)}`,
        evidence: against,
      };
    case "bytes-unproven":
      return {
        about: marketplaceOf(facts.plugin),
        wrong: `the files of ${count(group.length, "plugin")} were matched with no commit, for ${facts.why}: ${few(names)}`,
        evidence: against,
      };
    default:
      return {
        about: null,
        wrong: `${count(group.length, "marketplace")} have little more than their newest commit: ${few(names)}${historiesText(group)}`,
        evidence: against,
      };
  }
}

/** The oldest of them is the age of what was found out. */
function historiesText(group: readonly ToldFinding[]): string {
  const times = group.flatMap(({ facts }) =>
    facts.kind === "clone-shallow" && facts.fetchedAt !== null ? [facts.fetchedAt] : [],
  );
  if (times.length === 0) return "";
  const oldest = new Date(Math.min(...times)).toISOString().slice(0, 16).replace("T", " ");
  return `; looked through instead are histories that were fetched, the oldest at ${oldest} UTC`;
}

function few(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
