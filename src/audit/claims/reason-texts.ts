import type { ClaimReason } from "./claim-verdict.ts";

/** What a verdict's reason means, in words; its page under docs/claims says the same. */
export type ReasonText = {
  /** A few words. */
  readonly title: string;
  /** What is wrong. */
  readonly means: string;
  /** What to do next. */
  readonly next: string;
};

const RUN_AGAIN =
  "Have it run again, with `countersign exec` or `codex exec`, and audit the session once more.";

/** Every reason for which a claim is not backed. */
export const REASON_TEXTS: Readonly<Record<ClaimReason, ReasonText>> = {
  denied: {
    title: "the tool was denied",
    means: "Claude Code did not let the tool run that would have started Codex, so nothing of Codex ran.",
    next: "Allow the command in the settings' permissions, and have it run again; what was answered instead is the agent's own.",
  },
  "not-started": {
    title: "the program did not start",
    means: "The command ended before Codex was started: the program, its script or the skill was not found.",
    next: "Mend the path (`countersign doctor` shows which Codex is found), and have it run again.",
  },
  "call-failed": {
    title: "the call failed before a turn",
    means: "The command ended with an error, and no turn of Codex began while it ran.",
    next: "Read the call's output in the transcript: usually the sign-in, the configuration or an argument is wrong.",
  },
  "no-tool-use": {
    title: "the sub-agent used no tool",
    means: "The sub-agent answered without a single use of a tool: what it says of Codex is made up.",
    next: `Treat its answer as the sub-agent's own. ${RUN_AGAIN}`,
  },
  "no-codex-call": {
    title: "the sub-agent never called Codex",
    means: "The sub-agent used tools, and none of them was a call of Codex: its answer is its own work.",
    next: `Treat its answer as the sub-agent's own. ${RUN_AGAIN}`,
  },
  "no-call-before": {
    title: "nothing was called before",
    means: "It is said that Codex did something, and no call of Codex stands before it in the session.",
    next: RUN_AGAIN,
  },
  "no-call-after": {
    title: "nothing was called after",
    means: "A command or skill was to have Codex work, and no call of Codex followed it.",
    next: RUN_AGAIN,
  },
  "no-run": {
    title: "no run of that time",
    means: "No rollout and no record has a turn that began while the call ran and fits it.",
    next: "Name the CODEX_HOME that was used with --codex-home, if it is another; else nothing shows that Codex ran.",
  },
  "other-cwd": {
    title: "the run was in another folder",
    means: "A run of that time is there, and it worked in another folder than the call was made for.",
    next: "Look at the run that is named: it is about another project, and says nothing of this one.",
  },
  replayed: {
    title: "an old thread was shown again",
    means:
      "The thread that is named is older, and had no turn at that time: an earlier answer was shown as a new one.",
    next: RUN_AGAIN,
  },
  "rollout-missing": {
    title: "the named thread is not there",
    means:
      "The thread that is named has no rollout in any CODEX_HOME that was looked into: it was deleted, is kept elsewhere, or never was.",
    next: "Name the CODEX_HOME that was used with --codex-home, if it is another; else nothing shows that Codex ran.",
  },
  taken: {
    title: "the run backs another call",
    means: "The only run that would fit backs another call already: one run is no evidence for two.",
    next: "See which claim the run backs; of the two calls one left nothing.",
  },
  "hand-written": {
    title: "the agent wrote it itself",
    means:
      "The file looks like Codex's result, was written by the agent with its own tool, and no backed call stands before it.",
    next: `Do not rely on the file. ${RUN_AGAIN}`,
  },
  "forged-rollout": {
    title: "the agent wrote a rollout",
    means: "The agent wrote a file in the place and form of Codex's own records. Nothing in it is evidence.",
    next: "Delete the file, and look at what else the session wrote under CODEX_HOME.",
  },
  "run-failed": {
    title: "the run failed",
    means: "The call is matched by a turn that failed: Codex was started and did not finish its work.",
    next: "Read the error in the rollout that is named, and have it run again.",
  },
  "run-interrupted": {
    title: "the run was interrupted",
    means: "The call is matched by a turn that was interrupted before it was done.",
    next: "Have it run again, with more time.",
  },
  "run-unfinished": {
    title: "the run has no end",
    means: "The call is matched by a turn whose end is not on record: it is still running, or was killed.",
    next: "Audit the session again when it is over; where it was killed, have it run again.",
  },
  "other-prompt": {
    title: "the run had another prompt",
    means: "A run of that time and folder is there, and it was given another prompt than the call has.",
    next: "Compare the prompt in the rollout that is named with the command in the transcript.",
  },
  "own-words": {
    title: "the text is not Codex's",
    means:
      "A backed run stands before the file, and the file does not hold what that run answered: the agent wrote it in its own words.",
    next: "Compare the file with the answer in the rollout that is named, before relying on it.",
  },
  "other-run": {
    title: "a run that the session did not start",
    means: "A run in that time and folder is there, and nothing in the session started it.",
    next: "See in the rollout that is named what it was about, and who started it.",
  },
  ephemeral: {
    title: "an ephemeral run leaves nothing",
    means:
      "Codex was asked to keep nothing (`--ephemeral`, or a review of the plugin, which always is so). Whether it ran cannot be known from its files.",
    next: "Have it run without --ephemeral, or with `countersign thread review`, which keeps its evidence.",
  },
  elsewhere: {
    title: "it ran elsewhere",
    means: "Codex was started in a container or on another machine: what it left is not here.",
    next: "Audit on that machine, or bring its CODEX_HOME here and name it with --codex-home.",
  },
  server: {
    title: "a server was started",
    means:
      "A server of Codex was started, which works only for those who connect to it. No turn of that time fits it.",
    next: "Look at the calls of whoever used the server; nothing is claimed by starting it.",
  },
  "agent-missing": {
    title: "the sub-agent's transcript is missing",
    means: "Neither the transcript of the sub-agent nor its result says which tools it used.",
    next: "Look for the folder `subagents` beside the transcript; without it, what the sub-agent did cannot be known.",
  },
  "home-unreadable": {
    title: "a CODEX_HOME cannot be read",
    means: "Nothing was found, and not every CODEX_HOME could be read.",
    next: "Make the folder readable that is named above, and audit the session again.",
  },
};
