import { count } from "#base/text.ts";
import type { FindingTexts } from "./finding-text.ts";
import { quoted } from "./mend-commands.ts";
import type { SessionFindings, SessionWord } from "./session-finding.ts";
import { few, processes, short, version, whereItCounts } from "./words.ts";

const RESTART =
  "In the session, give /reload-plugins, or end it and start it again (`claude --resume` keeps its conversation).";

/** What is told of sessions that live, and of what they left behind. */
export const SESSION_FINDINGS: FindingTexts<keyof SessionFindings> = {
  "update-pending-restart": {
    title: "a session runs another version than a new one would",
    weight: whereItCounts("finding"),
    wrong: ({ sessions, path, version: said }) =>
      `${count(sessions.length, "session")} loaded another folder than ${path} (${version(said)})`,
    evidence: ({ sessions }) => ({
      for: sessions.map(sessionText),
      against: ["a session that was told to reload its plugins since may have changed over"],
    }),
    matters: "An update reaches no session that runs: its hooks and skills are the old ones to its end.",
    mend: () => ({ command: null, words: RESTART }),
    leaves: "/clear, /compact and /resume within the session keep the old version.",
  },
  "changed-under-session": {
    title: "the files of a plugin changed while a session uses them",
    weight: ({ counts, inCache }) => (counts && inCache ? "finding" : "note"),
    wrong: ({ path, sessions }) =>
      `${path} has other files now than ${count(sessions.length, "session")} had there at the first stop`,
    evidence: ({ tree, sessions }) => ({
      for: [
        ...sessions.map((one) => `${sessionText(one)} as tree ${short(one.tree)}`),
        `it is tree ${short(tree)}`,
      ],
      against: ["a session that was told to reload its plugins since has what is there"],
    }),
    matters:
      "What a session read at its start, as its list of hooks and skills, is the old one; the programs that the hooks run are the new ones.",
    mend: () => ({ command: null, words: RESTART }),
    leaves: "/clear, /compact and /resume within the session keep what was read at its start.",
  },
  "still-loaded": {
    title: "a session still runs a plugin that a new one would not load",
    weight: () => "note",
    wrong: ({ plugin, sessions }) =>
      `${count(sessions.length, "session")} still ${sessions.length === 1 ? "has" : "have"} ${plugin}`,
    evidence: ({ sessions }) => ({ for: sessions.map(sessionText), against: [] }),
    matters: "Disabling or removing a plugin reaches no session that runs: its hooks go on to run there.",
    mend: () => ({ command: null, words: RESTART }),
    leaves: "What the plugin did so far is done.",
  },
  "folder-gone-under-session": {
    title: "the folder of a plugin was removed while a session uses it",
    weight: () => "finding",
    wrong: ({ sessions }) => `${few([...new Set(sessions.map(({ path }) => path))])} is gone, and in use`,
    evidence: ({ sessions }) => ({
      for: sessions.map(sessionText),
      against: ["a session that was told to reload its plugins since no longer needs the folder"],
    }),
    matters: "The plugin's hooks fail from now on in that session: a gate that it holds is off there.",
    mend: () => ({ command: null, words: RESTART }),
    leaves: "What the hooks let through meanwhile is through.",
  },
  "two-versions-in-process": {
    title: "one process holds two versions of a plugin",
    weight: () => "finding",
    wrong: ({ pid, paths }) =>
      `process ${pid} marked ${count(paths.length, "folder")} as in use: ${few(paths)}`,
    evidence: ({ first }) => ({
      for: first === null ? [] : [`at its first stop it had ${first}`],
      against: [
        "after /reload-plugins the newer one is what it runs, and the older mark stays",
        "after an update in the background the older one is what it runs, and the newer mark is early",
      ],
    }),
    matters: "Which of the two runs there cannot be told from the marks.",
    mend: () => ({ command: null, words: RESTART }),
    leaves: "Which version ran so far stays unknown, but for what the session's own record says.",
  },
  "orphaned-but-held": {
    title: "a session runs from a folder that Claude Code has given up",
    weight: ({ replaced }) => (replaced ? "note" : "finding"),
    wrong: ({ path, orphanedAt, pids }) =>
      `${path} was given up on ${new Date(orphanedAt).toISOString().slice(0, 10)} and is in use by ${processes(pids)}`,
    evidence: ({ path }) => ({
      for: [`${path}/.orphaned_at`, `marks of live processes in ${path}/.in_use`],
      against: [],
    }),
    matters:
      "Such folders are deleted after 14 days; the hooks of a session that still runs from there fail then. Where the plugin was uninstalled, it goes on to act in that session.",
    mend: () => ({ command: null, words: RESTART }),
    leaves: "The folder stays until Claude Code removes it.",
  },
  "dead-holders": {
    title: "marks of processes that have ended hold a folder",
    weight: () => "note",
    wrong: ({ path, marks }) =>
      `${count(marks.length, "mark")} in ${path}/.in_use ${marks.length === 1 ? "is" : "are"} of no process that lives`,
    evidence: ({ marks }) => ({
      for: marks.map(({ pid, recycled }) =>
        recycled ? `process ${pid} is another one by now` : `there is no process ${pid}`,
      ),
      against: [],
    }),
    matters: "A folder with marks can be kept for ever: old versions pile up.",
    mend: ({ marks }) => ({
      command: `rm -- ${marks.map(({ path }) => quoted(path)).join(" ")}`,
      words: "removes these marks; Claude Code does so itself where its sweep works",
    }),
    leaves: "The folder itself. Sessions that are killed leave marks again.",
  },
  "leftover-versions": {
    title: "versions lie in the cache that nothing refers to",
    weight: () => "note",
    wrong: ({ paths, orphaned }) =>
      `${count(paths.length, "folder")} of the cache ${paths.length === 1 ? "is" : "are"} in no record and in no use, ${orphaned} of them given up already`,
    evidence: ({ paths }) => ({ for: [few(paths)], against: [] }),
    matters:
      "They are not loaded. What Claude Code has given up it deletes after 14 days; `claude plugin list` makes such folders too.",
    mend: () => ({ command: null, words: "Nothing: wait for Claude Code to remove them." }),
    leaves: "A folder that was not given up stays: remove it by hand if you want it gone.",
  },
};

function sessionText({ pid, sessionId, path }: SessionWord): string {
  return `process ${pid}${sessionId === null ? "" : ` (session ${sessionId})`} has ${path}`;
}
