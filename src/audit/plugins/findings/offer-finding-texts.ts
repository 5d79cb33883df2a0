import type { CommitLine } from "#audit/plugins/plugin-facts.ts";
import { marketplaceOf } from "#audit/plugins/plugin-id.ts";
import { count } from "#base/text.ts";
import type { FindingTexts } from "./finding-text.ts";
import { marketplaceCommand, reinstallCommand, updateCommand } from "./mend-commands.ts";
import type { OfferFindings } from "./offer-finding.ts";
import { few, RUNNING, short, version, whereItCounts } from "./words.ts";

/** What is told of an installation beside what its marketplace offers. */
export const OFFER_FINDINGS: FindingTexts<keyof OfferFindings> = {
  "marketplace-ahead": {
    title: "the marketplace offers something newer than what is installed",
    weight: whereItCounts("finding"),
    wrong: ({ installed, offered, offeredCommit }) =>
      `${version(installed)} is installed, and the marketplace has ${version(offered)} at ${short(offeredCommit)}`,
    evidence: ({ path, installedCommit, commits }) => ({
      for: [
        `the files in ${path} are not those that are offered`,
        ...(installedCommit === null ? [] : [`they are those of commit ${short(installedCommit)}`]),
        ...missing(commits),
      ],
      against:
        commits === null
          ? ["the history between the two is not here, so how far they are apart is not known"]
          : [],
    }),
    matters: "Fixes that the marketplace has are not what runs here.",
    mend: (finding) =>
      finding.installed === finding.offered
        ? {
            command: reinstallCommand(finding),
            words: "copies the plugin anew; an update would do nothing, for it finds no other version",
          }
        : { command: updateCommand(finding), words: "copies what the marketplace's clone has now" },
    leaves: `It takes what the clone has, which may itself be behind its remote. ${RUNNING}`,
  },
  "install-ahead": {
    title: "what is installed is newer than what the marketplace offers",
    weight: whereItCounts("finding"),
    wrong: ({ installed, offered, offeredCommit }) =>
      `${version(installed)} is installed, and the marketplace's clone has ${version(offered)} at ${short(offeredCommit)}`,
    evidence: ({ proof, installedCommit, offeredCommit }) => ({
      for: [
        proof === "commits"
          ? `commit ${short(installedCommit)} of the files comes after ${short(offeredCommit)}`
          : "the versions say so",
      ],
      against: proof === "commits" ? [] : ["versions are words: no commit shows it"],
    }),
    matters:
      "The clone went back, or was never renewed. Installing again would bring the older content, and the marketplace's list is not that of what runs.",
    mend: ({ host, plugin }) => ({
      command: marketplaceCommand(host, marketplaceOf(plugin)),
      words: "fetches the marketplace anew",
    }),
    leaves:
      "Where upstream itself went back, this stays: then decide which of the two is meant. The installation is not changed.",
  },
  "same-version-other-content": {
    title: "the same version has another content",
    weight: whereItCounts("finding"),
    wrong: ({ installed, path, offeredCommit }) =>
      `${version(installed)} is installed in ${path} and offered at ${short(offeredCommit)}, and the two are not the same files`,
    evidence: ({ installedCommit, commits }) => ({
      for: [
        "the two trees differ under one version",
        ...(installedCommit === null ? [] : [`what is installed is commit ${short(installedCommit)}`]),
        ...missing(commits),
      ],
      against:
        installedCommit === null
          ? ["whether the marketplace changed or the installed files did is not shown by this alone"]
          : [],
    }),
    matters:
      "An update answers that the latest version is already there, and changes nothing: this installation never gets the new content by itself.",
    mend: (finding) => ({
      command: reinstallCommand(finding),
      words: "copies the files anew; an update would do nothing, for it compares versions only",
    }),
    leaves: `The next change without a new version goes unseen again: tell the plugin's author. ${RUNNING}`,
  },
  "pin-ignored": {
    title: "the marketplace pins another commit than the one that is installed",
    weight: whereItCounts("finding"),
    wrong: ({ pin, recorded, proved }) =>
      `the marketplace pins ${short(pin)}, and ${short(proved ?? recorded)} is installed`,
    evidence: ({ recorded, proved }) => ({
      for: [
        proved === null
          ? `the record itself names ${short(recorded)}`
          : `the files are those of ${short(proved)}, byte for byte`,
      ],
      against: proved === null ? ["records have named wrong commits: the files were not compared"] : [],
    }),
    matters:
      "A pin says which content was looked at. What runs is another one, and stays so for as long as its version is the same.",
    mend: (finding) => ({
      command: reinstallCommand(finding),
      words: "installs the pinned commit; an update does so only where the version changed too",
    }),
    leaves: RUNNING,
  },
};

function missing(commits: readonly CommitLine[] | null): readonly string[] {
  if (commits === null || commits.length === 0) return [];
  const lines = commits.map(({ commit, subject }) => `${short(commit)} ${subject}`);
  return [`${count(commits.length, "commit")} missing: ${few(lines)}`];
}
