import type { Command } from "./command.ts";

/** A command's name, and the module that is loaded only when it is called or explained. */
export type CommandEntry = {
  readonly name: string;
  readonly load: () => Promise<Command>;
  /** No person types it: no list and no advice names it. */
  readonly hidden?: true;
  /** Stands above it, and what follows, in the list of all commands. */
  readonly heading?: string;
};

/**
 * Every command, in the order of the help text. A hook must start fast, so no module of a command
 * is loaded before its name was typed: one line here, one `await import` each.
 */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "setup",
    heading: "The gate",
    load: async () => (await import("#commands/setup/setup-command.ts")).setupCommand,
  },
  { name: "remove", load: async () => (await import("#commands/setup/remove-command.ts")).removeCommand },
  { name: "demo", load: async () => (await import("#commands/demo/demo.ts")).demo },
  { name: "doctor", load: async () => (await import("#commands/doctor/doctor.ts")).doctor },
  { name: "status", load: async () => (await import("./status.ts")).status },
  { name: "why", load: async () => (await import("#commands/why/why.ts")).why },
  { name: "on", load: async () => (await import("./switches.ts")).on },
  { name: "off", load: async () => (await import("./switches.ts")).off },
  { name: "skip", load: async () => (await import("./switches.ts")).skip },
  { name: "dismiss", load: async () => (await import("./dismiss.ts")).dismiss },
  {
    name: "review",
    heading: "Ask Codex",
    load: async () => (await import("#commands/on-demand/review-command.ts")).review,
  },
  { name: "exec", load: async () => (await import("#commands/exec/exec.ts")).exec },
  { name: "thread start", load: async () => (await import("#commands/thread/start.ts")).threadStart },
  { name: "thread resume", load: async () => (await import("#commands/thread/resume.ts")).threadResume },
  { name: "thread review", load: async () => (await import("#commands/thread/review.ts")).threadReview },
  { name: "thread list", load: async () => (await import("#commands/thread/list.ts")).threadList },
  { name: "thread show", load: async () => (await import("#commands/thread/show.ts")).threadShow },
  { name: "thread name", load: async () => (await import("#commands/thread/name.ts")).threadName },
  {
    name: "thread interrupt",
    load: async () => (await import("#commands/thread/interrupt.ts")).threadInterrupt,
  },
  {
    name: "thread status",
    load: async () => (await import("#commands/thread/status.ts")).threadStatus,
  },
  { name: "thread wait", load: async () => (await import("#commands/thread/wait.ts")).threadWait },
  { name: "thread result", load: async () => (await import("#commands/thread/result.ts")).threadResult },
  { name: "thread cancel", load: async () => (await import("#commands/thread/cancel.ts")).threadCancel },
  {
    name: "thread work",
    load: async () => (await import("#commands/thread/background/work.ts")).threadWork,
    hidden: true,
  },
  {
    name: "audit runs",
    heading: "Hold what is said against what is there",
    load: async () => (await import("#commands/audit-runs/audit-runs.ts")).auditRuns,
  },
  {
    name: "audit session",
    load: async () => (await import("#commands/audit-session/audit-session.ts")).auditSession,
  },
  {
    name: "audit verify",
    load: async () => (await import("#commands/audit-verify/audit-verify.ts")).auditVerify,
  },
  { name: "notes push", load: async () => (await import("#commands/notes/notes-push.ts")).notesPush },
  { name: "notes fetch", load: async () => (await import("#commands/notes/notes-fetch.ts")).notesFetch },
  {
    name: "audit plugins",
    load: async () => (await import("#commands/audit-plugins/audit-plugins.ts")).auditPlugins,
  },
  { name: "audit lock", load: async () => (await import("#commands/audit-plugins/audit-lock.ts")).auditLock },
  { name: "prune", heading: "Upkeep", load: async () => (await import("#commands/prune/prune.ts")).prune },
  { name: "hook", load: async () => (await import("#commands/hooks/named-hook.ts")).hook },
];
