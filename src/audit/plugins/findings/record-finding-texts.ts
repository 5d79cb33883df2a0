import { count } from "#base/text.ts";
import type { FindingTexts } from "./finding-text.ts";
import { installCommand, reinstallCommand, uninstallCommand } from "./mend-commands.ts";
import type { RecordFindings } from "./record-finding.ts";
import { few, RUNNING, recordText, short, version, whereItCounts } from "./words.ts";

/** What is told of records. */
export const RECORD_FINDINGS: FindingTexts<keyof RecordFindings> = {
  "false-record": {
    title: "the recorded commit is not the commit of the files",
    weight: whereItCounts("finding"),
    wrong: ({ path, recorded, proved, direction }) => {
      const order = direction === "older" || direction === "newer" ? `, which is ${direction}` : "";
      return `the record of ${path} names commit ${short(recorded)}, but the files there are those of ${short(proved)}${order}`;
    },
    evidence: ({ recorded, proved }) => ({
      for: [
        `the tree of ${short(proved)} equals the files, byte for byte`,
        `the tree of ${short(recorded)} is here too, and does not`,
      ],
      against: [],
    }),
    matters:
      "Whoever compares commits takes the plugin to be what the record says. A fix that the record claims may not be there, or a change that nobody agreed to may be.",
    mend: (finding) => ({
      command: reinstallCommand(finding),
      words: "copies the files anew from the marketplace and writes the record with them",
    }),
    leaves: RUNNING,
  },
  "record-unproven": {
    title: "the recorded commit is not here to compare with",
    weight: () => "unchecked",
    wrong: ({ recorded, proved }) =>
      `the record names commit ${short(recorded)}, which is not here, or not with all that it holds; the files are those ${ofWhat(proved)}`,
    evidence: ({ proved }) => ({
      for: [`the files are proven to be those ${ofWhat(proved)}, whatever the record says`],
      against: [
        "a marketplace is cloned without its history, so most recorded commits are not here",
        "both commits may well have the same files",
      ],
    }),
    matters: "What runs is known. Only whether the record is true is not.",
    mend: () => ({
      command: "countersign audit plugins --fetch",
      words:
        "fetches the history into a place of its own and looks for the commit there; later audits look there too",
    }),
    leaves:
      "The record itself stays as it is. A commit that a forced push removed upstream cannot be fetched: uninstall the plugin and install it again, then its record is new.",
  },
  "record-points-nowhere": {
    title: "the record points to a folder that is not there",
    weight: whereItCounts("finding"),
    wrong: ({ path }) => `the record names ${path}, and there is no such folder`,
    evidence: ({ path }) => ({ for: [`nothing stands at ${path}`], against: [] }),
    matters:
      "A plugin that is enabled and not there is not loaded, and Claude Code 2.1.330 says nothing about it: its hooks, and so any gate that it is, are silently off.",
    mend: (finding) => ({
      command: installCommand(finding),
      words: "copies the plugin into the cache as the marketplace has it now",
    }),
    leaves:
      "The version that was recorded is not brought back, only the present one. `claude plugin list` mends nothing, but writes into the cache.",
  },
  "record-outside-cache": {
    title: "the record points to a folder outside of the cache",
    weight: whereItCounts("finding"),
    wrong: ({ path }) =>
      `the record names ${path}, which is not in the plugin cache; what is there is loaded`,
    evidence: ({ path }) => ({
      for: [`${path} is no folder of the cache`],
      against: ["somebody may have meant it so, to try out a plugin"],
    }),
    matters:
      "Claude Code loads whatever stands there, and nothing keeps it as it was installed: any edit is live at the next start.",
    mend: (finding) => ({
      command: reinstallCommand(finding),
      words: "installs from the marketplace into the cache and writes a record that says so",
    }),
    leaves: `The folder outside stays where it is. ${RUNNING}`,
  },
  "records-contradict": {
    title: "records of one folder contradict each other",
    weight: whereItCounts("finding"),
    wrong: ({ path, records }) => `${count(records.length, "record")} of ${path} cannot all be true`,
    evidence: ({ records }) => ({ for: records.map(recordText), against: [] }),
    matters: "At most one of them says what is there. Tools that read another one are wrong about it.",
    mend: (finding) => ({
      command: uninstallCommand(finding),
      words: "takes the first of these records away; then install in the one scope that is meant",
    }),
    leaves: "The files stay as they are, and so do the records of other scopes.",
  },
  "scope-shadowed": {
    title: "the record of one scope hides that of another",
    weight: whereItCounts("finding"),
    wrong: ({ loaded, shadowed }) =>
      `here the record of scope ${loaded.scope} is loaded (${version(loaded.version)}), not that of ${few(shadowed.map((word) => `${word.scope} (${version(word.version)})`))}`,
    evidence: ({ loaded, shadowed }) => ({
      for: [
        `first in the file: ${recordText(loaded)}`,
        ...shadowed.map((word) => `after it: ${recordText(word)}`),
      ],
      against: [],
    }),
    matters:
      "Claude Code 2.1.330 loads the first record in its file that applies, not that of the nearest scope: an update of the other one changes nothing here.",
    mend: (finding) => ({
      command: uninstallCommand(finding),
      words:
        "takes away the record that comes first, so that the other one counts; or do so with the other one",
    }),
    leaves: RUNNING,
  },
  "unknown-version": {
    title: "the plugin has no version",
    weight: () => "note",
    wrong: ({ path, recorded }) => `${path} was installed with ${version(recorded)}`,
    evidence: () => ({
      for: ["neither its manifest nor its marketplace names a version, and it comes from no commit"],
      against: [],
    }),
    matters: "An update looks at versions only. Without one, new content is taken for what is there already.",
    mend: (finding) => ({
      command: reinstallCommand(finding),
      words: "copies the present content; better, its author gives the plugin a version",
    }),
    leaves: "The next change of its content will go unseen again.",
  },
};

function ofWhat(proved: string | null): string {
  return proved === null ? "that lie in the marketplace now" : `of ${short(proved)}`;
}
