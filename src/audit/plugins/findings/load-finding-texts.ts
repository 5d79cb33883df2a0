import type { NotLoaded, UnknownLoad } from "#audit/plugins/next-load.ts";
import { marketplaceOf } from "#audit/plugins/plugin-id.ts";
import type { FindingTexts, Mend } from "./finding-text.ts";
import type { LoadFindings } from "./load-finding.ts";
import { installCommand, marketplaceCommand, reinstallCommand } from "./mend-commands.ts";
import type { Subject } from "./subject.ts";
import { processes, version, whereItCounts } from "./words.ts";

/** What is told of what a new session would load. */
export const LOAD_FINDINGS: FindingTexts<keyof LoadFindings> = {
  "enabled-not-loaded": {
    title: "the plugin is enabled, and a session would not load it",
    // Somebody who gives another plugin of the same name means to have that one.
    weight: ({ reason }) => (reason === "overridden" || reason === "name-taken" ? "note" : "finding"),
    wrong: ({ plugin, reason }) => `${plugin} is enabled, but ${REASONS[reason]}`,
    evidence: () => ({
      for: ["the files on disk, read in the order in which Claude Code asks them"],
      against: ["it is foretold from files, not seen in a session"],
    }),
    matters:
      "Claude Code mostly says nothing where a plugin is not loaded: whatever it was to watch over, nothing watches.",
    mend: (finding) => mendNotLoaded(finding, finding.reason),
    leaves: "A session that runs gets it only when it is started again, or by /reload-plugins.",
  },
  "load-unknown": {
    title: "what a session would load cannot be foretold",
    weight: whereItCounts("unchecked"),
    wrong: ({ plugin, reason }) => `of ${plugin} nothing can be foretold: ${DOUBTS[reason]}`,
    evidence: () => ({ for: [], against: [] }),
    matters: "The plugin may be loaded, in any version, or may not.",
    mend: () => ({
      command: null,
      words: "Mend the file that could not be read, and audit again; a policy is for the administrator.",
    }),
    leaves: "Sessions that run have loaded what they have.",
  },
  "loaded-without-record": {
    title: "the plugin is loaded without a record",
    weight: ({ by, counts }) => (by === "session" && counts ? "finding" : "note"),
    wrong: ({ path, by, pids }) =>
      `${path} is loaded ${WAYS[by]}${pids.length === 0 ? "" : ` (${processes(pids)})`}, and no record names it`,
    evidence: ({ path, by }) => ({
      for: [by === "session" ? `marks of live processes lie in ${path}/.in_use` : `it is found ${WAYS[by]}`],
      against: [],
    }),
    matters: "No version and no commit is claimed of it, so updates pass it by and lists do not show it.",
    mend: (finding) =>
      finding.by === "session"
        ? { command: installCommand(finding), words: "installs it with a record" }
        : { command: null, words: "Nothing, where it is meant so. Else take away what gives it." },
    leaves: "The files that are loaded are not looked at by this: see the other findings.",
  },
  "directory-source-live": {
    title: "the plugin is read from its source folder, as it is at each start",
    weight: ({ same }) => (same === false ? "finding" : "note"),
    wrong: ({ path, live, recorded, same }) => {
      if (same === true) return `${path} is what is loaded; it still is what was installed`;
      const now =
        same === false
          ? "it is no longer what was installed"
          : "whether it still is what was installed is not known";
      return `${path} is what is loaded (${version(live)}), not the copy in the cache (${version(recorded)}); ${now}`;
    },
    evidence: ({ path, installPath }) => ({
      for: [
        "its marketplace is a folder, which Claude Code 2.1.330 reads in place",
        ...(installPath === null ? [] : [`the record names ${installPath}, which is not loaded`]),
      ],
      against: [`who develops ${path} may want just that`],
    }),
    matters:
      "Every saved edit is live at the next start, committed or not, and neither the record nor `claude plugin list` follows.",
    mend: (finding) =>
      finding.same === false && finding.scope !== null
        ? {
            command: reinstallCommand(finding),
            words:
              "has the record follow; to have a fixed version, publish the folder with git and add that as the marketplace",
          }
        : {
            command: null,
            words: "Nothing, where it is meant so. Else publish the folder with git, and add that.",
          },
    leaves: "The folder goes on to be read in place, and the next edit parts the two again.",
  },
};

const REASONS: { readonly [K in NotLoaded]: string } = {
  "not-enabled": "no settings file names it",
  disabled: "it is disabled",
  overridden: "another plugin of the same name is given by CLAUDE_CODE_PLUGIN_DIRS and takes its place",
  "name-taken": "an installed plugin has the same name, and is loaded in its place",
  "given-to-a-session": "only another session's own command line gives it",
  "no-record":
    "no record of it is left: the first session rebuilds the file, and only the one after it loads the plugin",
  "no-record-applies": "its records are all for other projects",
  "records-unreadable": "the file of records cannot be read",
  "marketplaces-unreadable": "the file of marketplaces cannot be read",
  "marketplace-unknown": "its marketplace is not known",
  "marketplace-missing": "its marketplace is not there any more",
  "marketplace-unreadable": "its marketplace's manifest cannot be read",
  "not-offered": "its marketplace no longer lists it",
  "folder-missing": "its folder is not there",
  "manifest-broken": "its manifest cannot be read",
};

const DOUBTS: { readonly [K in UnknownLoad]: string } = {
  "settings-unreadable": "a settings file cannot be read",
  "file-newer": "a file is of a later version than any that is known here",
  "folder-unreadable": "its folder cannot be read",
  policy: "an administrator's settings refuse its marketplace, or may",
  "installed-at-start": "a session installs it before it starts (CLAUDE_CODE_SYNC_PLUGIN_INSTALL)",
};

const WAYS: { readonly [K in LoadFindings["loaded-without-record"]["by"]]: string } = {
  environment: "by CLAUDE_CODE_PLUGIN_DIRS",
  "plugin-dir": "by the command line or environment of a session",
  seed: "from a seed folder",
  "skills-dir": "from a folder of skills",
  "directory-source": "from its marketplace's own folder",
  "installed-at-start": "by CLAUDE_CODE_SYNC_PLUGIN_INSTALL, from the cache",
  session: "by a session",
};

function mendNotLoaded(subject: Subject, reason: NotLoaded): Mend {
  switch (reason) {
    case "marketplaces-unreadable":
      return {
        command: null,
        words:
          "Move known_marketplaces.json away, then add its marketplaces again: `claude plugin marketplace add SOURCE`.",
      };
    case "marketplace-unknown":
      return { command: null, words: "Add its marketplace again: `claude plugin marketplace add SOURCE`." };
    case "marketplace-missing":
    case "marketplace-unreadable":
      return {
        command: marketplaceCommand(subject.host, marketplaceOf(subject.plugin)),
        words: "fetches the marketplace anew",
      };
    case "not-offered":
    case "overridden":
    case "name-taken":
      return { command: null, words: "Disable it, or find out why its marketplace or name was taken away." };
    case "records-unreadable":
    case "no-record":
    case "no-record-applies":
      return {
        command: installCommand({ ...subject, scope: null, projectPath: null }),
        words: "installs it for this folder too",
      };
    default:
      return {
        command: reinstallCommand(subject),
        words: "copies it into the cache with a record that leads there",
      };
  }
}
