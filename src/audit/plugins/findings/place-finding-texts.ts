import { count } from "#base/text.ts";
import type { FindingTexts, Mend } from "./finding-text.ts";
import { marketplaceCommand, quoted } from "./mend-commands.ts";
import type { PlaceFindings } from "./place-finding.ts";
import { few, short } from "./words.ts";

/** What is told of marketplaces and of the host's own files. */
export const PLACE_FINDINGS: FindingTexts<keyof PlaceFindings> = {
  "clone-behind-remote": {
    title: "the marketplace's clone is behind its remote",
    weight: () => "finding",
    wrong: ({ marketplace, head, remote, commits }) =>
      `${marketplace} stands at ${short(head)}, its remote at ${short(remote)}${commits === null ? "" : `, ${count(commits, "commit")} ahead`}`,
    evidence: ({ seen }) => ({
      for: [
        seen === "remote"
          ? "the remote itself said so just now"
          : "the clone's own remote-tracking branch: this was fetched, and not taken over",
      ],
      against: seen === "remote" ? [] : ["the remote was not asked: it may have moved on, or back"],
    }),
    matters:
      "Installing and updating take what the clone has. `lastUpdated` is written by refreshes that failed too, so it shows nothing.",
    mend: ({ host, marketplace }) => ({
      command: marketplaceCommand(host, marketplace),
      words: "clones the marketplace anew",
    }),
    leaves: "Installed plugins stay as they are: update them afterwards.",
  },
  "clone-diverged": {
    title: "the marketplace's clone has commits that its remote has not",
    weight: () => "finding",
    wrong: ({ marketplace, head, tracking, ahead }) =>
      `${marketplace} stands at ${short(head)}, which ${short(tracking)} does not contain${ahead === null ? "" : `: ${count(ahead, "commit")} of its own`}`,
    evidence: ({ ahead, behind }) => ({
      for: [
        ahead === null ? "the two commits differ" : `${count(ahead, "commit")} ahead`,
        ...(behind === null ? [] : [`${count(behind, "commit")} behind`]),
      ],
      against: ahead === null ? ["the history is cut, so that either may contain the other"] : [],
    }),
    matters:
      "What is installed from it was published by nobody, or upstream rewrote its history: commits that were looked at then are gone.",
    mend: ({ host, marketplace }) => ({
      command: marketplaceCommand(host, marketplace),
      words: "clones the marketplace anew",
    }),
    leaves: "Installed plugins stay as they are. Commits of the clone's own are lost by it.",
  },
  "clone-edited": {
    title: "files of the marketplace's clone were changed",
    weight: ({ live }) => (live ? "note" : "finding"),
    wrong: ({ marketplace, paths }) => `${marketplace} differs from its own HEAD: ${few(paths)}`,
    evidence: ({ directory, live }) => ({
      for: [`the work tree in ${directory}`],
      against: live ? ["it is a folder of somebody's own: edits are to be expected there"] : [],
    }),
    matters: "Plugins are copied from these files: what is installed next is no commit's.",
    mend: (finding) =>
      finding.live
        ? { command: null, words: "Commit or undo the changes." }
        : clonedAnew(
            finding,
            "clones the marketplace anew, without what was changed; an update alone leaves such edits where upstream has nothing new",
          ),
    leaves: "Plugins that were installed from the changed files stay as they are.",
  },
  "clone-unconfirmed": {
    title: "nothing shows that the clone is what the marketplace's remote has",
    weight: ({ pinned }) => (pinned ? "note" : "unchecked"),
    wrong: ({ marketplace, address, wanted }) =>
      address === null
        ? `${marketplace} keeps no branch of ${wanted}, so that its commits could be anybody's`
        : `${marketplace} was added from ${wanted}, and its clone fetches from ${address}`,
    evidence: ({ directory, pinned }) => ({
      for: [`the configuration and the refs of ${directory}`],
      against: pinned ? ["of a tag that was cloned nothing else is kept"] : [],
    }),
    matters:
      "Files are held against the commits of this clone. Whoever can write into it can commit there, and have changed files pass for published ones.",
    mend: () => ({
      command: "countersign audit plugins --fetch",
      words: "asks the remote itself, where the marketplace was added from, and compares",
    }),
    leaves: "Where the clone is another one, remove the marketplace and add it again.",
  },
  "clone-shallow": {
    title: "the marketplace's clone has no history",
    weight: () => "note",
    wrong: ({ marketplace, head, fetchedAt }) =>
      `${marketplace} has little more than ${short(head)}${fetchedAt === null ? "" : `; looked through instead is the history that was fetched at ${new Date(fetchedAt).toISOString().slice(0, 16).replace("T", " ")} UTC`}`,
    evidence: ({ directory }) => ({
      for: [`${directory} is a shallow clone, as Claude Code makes them`],
      against: [],
    }),
    matters:
      "Files that are not those of HEAD cannot be matched with older commits, and how far something is behind cannot be counted.",
    mend: () => ({
      command: "countersign audit plugins --fetch",
      words: "fetches the history into a place of its own; the clone is not touched",
    }),
    leaves: "The clone stays as it is, and has to.",
  },
  "clone-broken": {
    title: "the marketplace's clone cannot be read",
    weight: () => "unchecked",
    wrong: ({ marketplace, detail }) => `${marketplace}: ${detail}`,
    evidence: ({ directory }) => ({ for: [directory], against: [] }),
    matters: "Nothing that comes from it can be compared, and its plugins may not be loaded.",
    mend: (finding) =>
      clonedAnew(
        finding,
        "clones the marketplace anew; renewing it without removing it first leaves a broken one as it is",
      ),
    leaves: "Installed plugins stay as they are.",
  },
  "remote-not-answered": {
    title: "the marketplace's remote did not answer",
    weight: () => "unchecked",
    wrong: ({ marketplace, detail }) => `${marketplace}: ${detail}`,
    evidence: () => ({ for: [], against: [] }),
    matters: "Whether the clone is behind is not known.",
    mend: () => ({
      command: "countersign audit plugins --fetch",
      words: "asks again; mend the network or the sign-in first",
    }),
    leaves: "A remote that is gone for good: then take the marketplace away.",
  },
  "file-unreadable": {
    title: "a file cannot be read",
    weight: () => "unchecked",
    wrong: ({ path, detail }) => `${path}: ${detail}`,
    evidence: ({ path }) => ({ for: [path], against: [] }),
    matters:
      "What it says of plugins is not known. Claude Code passes such files by, mostly without a word: plugins that it names are not loaded.",
    mend: () => ({
      command: null,
      words:
        "Mend the file, or restore it from a backup. Else move it away: installing a plugin or adding its marketplace writes a new one, with that plugin or marketplace alone.",
    }),
    leaves: "Sessions that run go on with what they have loaded.",
  },
  "file-newer": {
    title: "a file is of a later version than any that is known here",
    weight: () => "unchecked",
    wrong: ({ path, version }) => `${path} says that it is of version ${version}`,
    evidence: ({ path }) => ({ for: [path], against: [] }),
    matters: "It is not guessed at, so nothing is known of what it says.",
    mend: () => ({ command: null, words: "Update Countersign, and audit again." }),
    leaves: "Nothing is wrong with the file itself.",
  },
  "entries-dropped": {
    title: "entries of a file are of an unknown shape",
    weight: () => "unchecked",
    wrong: ({ path, entries }) => `${path}: ${few(entries)}`,
    evidence: ({ path }) => ({ for: [path], against: [] }),
    matters: "What these entries stand for was not looked at. The others were.",
    mend: () => ({ command: null, words: "Open the file and mend the entries, or update Countersign." }),
    leaves: "What Claude Code makes of them is not known either.",
  },
  "not-listed": {
    title: "not everything could be looked at",
    weight: () => "unchecked",
    wrong: ({ what, leftOut }) =>
      few([
        ...what,
        ...(leftOut === 0 ? [] : [`${count(leftOut, "folder")} of the cache are too many to look into`]),
      ]),
    evidence: () => ({ for: [], against: [] }),
    matters: "What was not looked at may hold anything.",
    mend: () => ({ command: null, words: "Mend what is named, or clear the cache up, and audit again." }),
    leaves: "What was looked at stands.",
  },
  "hooks-off": {
    title: "settings switch the hooks of plugins off",
    weight: () => "note",
    wrong: ({ paths }) => `no hook of a plugin runs, by ${few(paths)}`,
    evidence: ({ paths }) => ({ for: [...paths], against: [] }),
    matters: "Plugins are listed and loaded as ever, but a gate that one of them holds does nothing.",
    mend: () => ({
      command: null,
      words: "Take `disableAllHooks` or `allowManagedHooksOnly` out of that file, if it is not meant.",
    }),
    leaves: "A session takes the change up within seconds.",
  },
};

/** Where the host's file names a folder that is not one of its clones, nobody is told to remove that. */
function clonedAnew(
  { host, marketplace, directory, own }: PlaceFindings["clone-broken" | "clone-edited"],
  words: string,
): Mend {
  if (own)
    return { command: `rm -rf -- ${quoted(directory)} && ${marketplaceCommand(host, marketplace)}`, words };
  return {
    command: null,
    words: `Find out why ${directory} is taken for a clone: it lies outside of the folder that the clones are kept in. Then remove the marketplace and add it again.`,
  };
}
