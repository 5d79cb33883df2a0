import type { FailureKind } from "./failure.ts";

export type FailureText = { readonly what: string; readonly next: string };

const LATER = "A later stop tries again, with this change still due.";
const REPORT = "A later stop tries again; if it keeps happening, please report it together with the receipt.";

/** Every kind of failure in plain words: what happened, and what to do next. A new kind does not compile without. */
export const FAILURE_TEXTS: Record<FailureKind, FailureText> = {
  "codex-missing": {
    what: "The `codex` program was not found",
    next: "Install it (npm install -g @openai/codex) and put it on PATH, or name it in COUNTERSIGN_CODEX; then `countersign status` names it.",
  },
  "codex-unusable": {
    what: "The `codex` program is there and does not start",
    next: "Run `codex --version` in a terminal to see why; `countersign status` names the one that is used.",
  },
  "codex-too-old": {
    what: "This `codex` is too old for the gate",
    next: "Update it (npm install -g @openai/codex@latest); `countersign status` names the one that is used.",
  },
  "not-signed-in": {
    what: "Codex is not signed in, or its sign-in was refused",
    next: "Run `codex login` in a terminal.",
  },
  "usage-limit": {
    what: "Codex's usage limit is reached",
    next: "Wait for the reset.",
  },
  "rate-limit": { what: "The provider limits the rate of requests", next: LATER },
  "model-not-found": {
    what: "The configured model is not available",
    next: "Set another `model` in ~/.config/countersign/config.json, or take the key out and leave the choice to Codex.",
  },
  "context-too-large": {
    what: "The change does not fit into the model's context",
    next: "Lower `maxDiffBytes`, add globs to `exclude`, or stop in smaller steps.",
  },
  "provider-unreachable": {
    what: "The model's provider could not be reached",
    next: `Check the network or proxy. ${LATER}`,
  },
  "provider-silent": {
    what: "No word came from the model's provider",
    next: `Ask the model something with \`codex\` in a terminal to see whether it answers. ${LATER}`,
  },
  "provider-overloaded": { what: "The model's provider is overloaded", next: LATER },
  "stream-cut": { what: "The connection to the provider broke while it answered", next: LATER },
  "request-refused": {
    what: "The provider refused the request",
    next: "Check `model` and `effort` in ~/.config/countersign/config.json; the text in brackets is the provider's.",
  },
  "turn-failed": { what: "The review turn failed", next: REPORT },
  "turn-interrupted": { what: "The review was interrupted before it ended", next: LATER },
  deadline: {
    what: "The review did not end in time",
    next: "Raise `deadlineSeconds` (at most 285) or what cuts it short, or lower `effort`.",
  },
  "server-start-failed": {
    what: "The Codex app-server could not be started",
    next: "Run `codex app-server` by hand to see why; the newest server.log under the state folder has its last words.",
  },
  "server-died": { what: "The Codex app-server ended during the review", next: REPORT },
  "server-draining": { what: "The Codex app-server was shutting down", next: LATER },
  "sandbox-unusable": {
    what: "Codex's sandbox could not start, so the reviewer could not read the code",
    next: "Try `codex sandbox` by hand; the text in brackets says what it is missing on this machine.",
  },
  "approval-asked": {
    what: "The reviewer asked for a permission that nobody may give it",
    next: REPORT,
  },
  protocol: {
    what: "The Codex app-server answered in a form that is not understood",
    next: "Update countersign and codex.",
  },
  "git-missing": { what: "The `git` program was not found", next: "Install git or put it on PATH." },
  "git-failed": { what: "A git command failed", next: "Run it by hand in this repository to see why." },
  "git-timed-out": {
    what: "A git command took too long",
    next: "Look for giant untracked files, and ignore or remove them.",
  },
  "lock-held": {
    what: "Another process holds a lock of Countersign's state",
    next: "Wait for that process; `countersign status` shows what is running.",
  },
  "answer-empty": { what: "The reviewer ended without an answer", next: LATER },
  "answer-not-json": { what: "The reviewer's answer is not the JSON object asked for", next: LATER },
  "answer-wrong-shape": { what: "The reviewer's answer does not have the form asked for", next: LATER },
  "answer-wrong-request": { what: "The reviewer's answer belongs to another request", next: REPORT },
  "answer-contradicts-itself": { what: "The reviewer's answer contradicts itself", next: LATER },
  "reviewer-blind": {
    what: "The reviewer could not see the change",
    next: "Look at the receipt for the commands that failed. A later stop tries again.",
  },
  "reviewer-wrote": {
    what: "The reviewer changed files, so what it says is not about the change alone",
    next: "Look at the files named in brackets and take back what is not yours. A later stop tries again.",
  },
  "reviewer-unsandboxed": {
    what: "The review did not run read-only, so its verdict does not count",
    next: "Do not use the review's own thread while it runs, and look for settings of Codex that lift its sandbox. A later stop tries again.",
  },
  "bad-input": {
    what: "The host's message to the hook could not be read",
    next: "Update Claude Code and countersign; if it keeps happening, please report it.",
  },
  "disk-full": {
    what: "A disk is full, or this user's quota on it is used up",
    next: "Make room for Countersign's state, which `countersign status` names, and for temporary files: nothing can be put on record until then.",
  },
  "state-unwritable": {
    what: "Countersign's state could not be written",
    next: "Check the rights of its folder; `countersign status` prints where it is.",
  },
  "state-corrupt": {
    what: "A state file could not be read and was set aside",
    next: "The gate stays as it was configured; the file is kept beside its place.",
  },
  bug: {
    what: "Countersign made a mistake of its own",
    next: "Please report it together with the receipt.",
  },
};
