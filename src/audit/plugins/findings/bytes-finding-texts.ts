import { count } from "#base/text.ts";
import type { BytesFindings } from "./bytes-finding.ts";
import type { FindingTexts, Mend } from "./finding-text.ts";
import { reinstallCommand } from "./mend-commands.ts";
import { differing, few, RUNNING, short, whereItCounts } from "./words.ts";

/** What is told of the files of a plugin. */
export const BYTES_FINDINGS: FindingTexts<keyof BytesFindings> = {
  "cache-edited": {
    title: "installed files were changed after the installation",
    weight: whereItCounts("finding"),
    wrong: ({ path, files, against }) =>
      files.length === 0
        ? `the files in ${path} are those of no commit`
        : `the files in ${path} are not those of ${short(against)}: ${differing(files)}`,
    evidence: ({ searched, younger }) => ({
      for: [
        ...(searched === null
          ? []
          : [`none of ${count(searched, "commit")}, which is all there are, has these files`]),
        ...(younger ? ["the files that differ are younger than the rest"] : []),
      ],
      against: searched === null ? ["the history is cut: another commit could have these files"] : [],
    }),
    matters:
      "What runs with the user's rights was published by nobody. Claude Code does not check what it loads, and its list of plugins shows the old version.",
    mend: (finding) => ({
      command: reinstallCommand(finding),
      words:
        "puts the marketplace's files in the place of these; copy what is there first, if you want to know who did it",
    }),
    leaves: `What the changed files did so far is done. ${RUNNING}`,
  },
  "files-added": {
    title: "there are files beside those of the commit",
    weight: ({ byProducts, counts }) => {
      if (!counts) return "note";
      return byProducts ? "unchecked" : "finding";
    },
    wrong: ({ path, files, against }) =>
      `${path} has all of ${short(against)} as it was committed, and ${count(files.length, "file")} more`,
    evidence: ({ files, byProducts }) => ({
      for: [few(files.map(({ path }) => path))],
      against: byProducts ? ["all of them are of kinds that running a plugin leaves behind"] : [],
    }),
    matters:
      "A file that was added is loaded like the others where it is a skill, a command or a hook. Compiled files and packages can be run in place of what was committed.",
    mend: (finding) => ({
      command: reinstallCommand(finding),
      words: "copies the commit's files anew; look at the added ones first",
    }),
    leaves: "A plugin that makes such files when it runs will make them again.",
  },
  "bytes-unexplained": {
    title: "the files are not those of the recorded commit",
    weight: whereItCounts("finding"),
    wrong: ({ path, recorded, files }) =>
      `the files in ${path} are not those of ${short(recorded)}, which is recorded${files === null ? "" : `: ${differing(files)}`}`,
    evidence: ({ recorded }) => ({
      for: [`commit ${short(recorded)} is here and has another content`],
      against: [
        "the rest of the history is not here: they may be the files of another commit, which then was not renewed",
      ],
    }),
    matters:
      "The record is wrong or the files were changed; which of the two, cannot be told here. Comparing commits and versions shows neither.",
    mend: (finding) => ({
      command: reinstallCommand(finding),
      words: "copies the files anew; `countersign audit plugins --fetch` may tell first whose they are",
    }),
    leaves: RUNNING,
  },
  "bytes-unproven": {
    title: "it cannot be told which commit the files are",
    weight: () => "unchecked",
    wrong: ({ path, why }) => `the files in ${path} were matched with no commit: ${why}`,
    evidence: () => ({
      for: [],
      against: ["nothing speaks against the files either: there is nothing here to compare them with"],
    }),
    matters: "That nothing was changed is not known, only that nothing was seen.",
    mend: mendUnproven,
    leaves:
      "What comes from a package registry or an archive has no commit: keep its digest with `countersign audit lock`.",
  },
  "nothing-to-compare": {
    title: "there is nothing to compare the files with",
    weight: () => "unchecked",
    wrong: ({ plugin, why }) =>
      `whether ${plugin} is what it should be cannot be told: ${why === "offer-not-here" ? "what its marketplace offers now is not on this machine" : "nothing on this machine says which files it should have"}`,
    evidence: () => ({ for: [], against: ["nothing speaks against it either"] }),
    matters: "It may be anything, and would look the same.",
    mend: () => ({
      command: "countersign audit lock",
      words:
        "keeps a digest of the files as they are, with which `countersign audit plugins --locked` compares",
    }),
    leaves: "Whether they are right today, only a look at them tells.",
  },
  "bytes-unreadable": {
    title: "installed files could not be read",
    weight: whereItCounts("unchecked"),
    wrong: ({ path, detail }) => `${path}: ${detail}`,
    evidence: () => ({ for: [], against: [] }),
    matters: "Nothing is known of what this plugin would run.",
    mend: (finding) => ({
      command: reinstallCommand(finding),
      words: "copies the files anew; else mend what is named above",
    }),
    leaves: "A disk or a mount that fails goes on to fail.",
  },
  "manifest-version-differs": {
    title: "the manifest names another version than the record or the folder",
    weight: whereItCounts("finding"),
    wrong: ({ manifest, recorded, folder }) =>
      `the manifest says ${manifest}; the record says ${recorded ?? "nothing"}, the folder ${folder ?? "nothing"}`,
    evidence: ({ path }) => ({ for: [`.claude-plugin/plugin.json in ${path}`], against: [] }),
    matters:
      "`claude plugin list` shows the record's version, a session the manifest's. Updates are decided by the record's: a wrong one can keep them away.",
    mend: (finding) => ({
      command: reinstallCommand(finding),
      words: "copies the files anew and records the version that they have",
    }),
    leaves: RUNNING,
  },
  "entry-version-differs": {
    title: "the marketplace names another version than the plugin's own manifest",
    weight: () => "note",
    wrong: ({ entry, manifest }) => `the marketplace lists ${entry}, and the plugin there says ${manifest}`,
    evidence: () => ({ for: ["both stand in the marketplace's own files"], against: [] }),
    matters: "The manifest's version is the one that counts; what the list shows is another one.",
    mend: () => ({ command: null, words: "Tell the marketplace's owner: only upstream can mend it." }),
    leaves: "Nothing on this machine is wrong by it.",
  },
  "manifest-broken": {
    title: "the plugin's manifest cannot be read",
    weight: whereItCounts("finding"),
    wrong: ({ path, detail }) => `${path}: ${detail}`,
    evidence: ({ path }) => ({ for: [path], against: [] }),
    matters: "The plugin is not loaded, and a session says nothing of it: its hooks are silently off.",
    mend: (finding) => ({ command: reinstallCommand(finding), words: "copies the files anew" }),
    leaves: "Where the marketplace has the same broken file, only upstream can mend it.",
  },
  "hooks-broken": {
    title: "the plugin's hooks cannot be read",
    weight: whereItCounts("finding"),
    wrong: ({ path, detail }) => `${path}: ${detail}`,
    evidence: ({ path }) => ({ for: [path], against: [] }),
    matters: "The plugin is loaded without these hooks: a gate that it holds is silently off.",
    mend: (finding) => ({ command: reinstallCommand(finding), words: "copies the files anew" }),
    leaves: "Where the marketplace has the same broken file, only upstream can mend it.",
  },
  "path-escapes": {
    title: "the marketplace names a folder outside of itself",
    weight: whereItCounts("finding"),
    wrong: ({ path }) => `the source of the plugin is ${path}, which climbs out of the marketplace`,
    evidence: ({ path }) => ({ for: [`the entry in the marketplace's manifest says ${path}`], against: [] }),
    matters:
      "Such a path could have any folder of this machine taken for a plugin. It was not followed, so nothing is known of what it leads to.",
    mend: () => ({
      command: null,
      words:
        "Tell the marketplace's owner. Until then, do not install this plugin, and do not trust the marketplace blindly.",
    }),
    leaves: "What was installed before stays and is loaded from the cache.",
  },
};

function mendUnproven(finding: BytesFindings["bytes-unproven"]): Mend {
  switch (finding.remedy) {
    case "fetch":
      return {
        command: "countersign audit plugins --fetch",
        words: "fetches the history into a place of its own and searches it",
      };
    case "reinstall":
      return {
        command: reinstallCommand(finding),
        words: "copies anew what the history has; copy what is there first, if you want to know whose it is",
      };
    case "lock":
      return {
        command: "countersign audit lock",
        words:
          "keeps the digest of the files as they are now, so that `audit plugins --locked` sees a change",
      };
  }
}
