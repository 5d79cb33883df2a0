import { identifyProcess, type ProcessIdentity } from "#base/process-identity.ts";
import type { Locations } from "#runs/locations.ts";
import type { AskedText, RunDraft, RunUnderWay } from "#runs/records/begin-run.ts";
import { beginRun, newRun } from "#runs/records/begin-run.ts";
import type { EndDraft } from "#runs/records/end-run.ts";

/** Returns the identity of this process, which runs. */
export function thisProcess(): ProcessIdentity {
  const own = identifyProcess(process.pid);
  if (own === undefined) throw new Error("this process cannot be identified");
  return own;
}

/** Returns the identity of a process that is gone: of this pid, started at another time. */
export function goneProcess(): ProcessIdentity {
  return { ...thisProcess(), startTime: "1" };
}

/** Returns what is known of a run at its beginning, with the given fields in place of its own. */
export function runDraft(own: Partial<RunDraft> = {}): RunDraft {
  return {
    kind: "exec",
    at: "2026-01-02T03:04:05.678Z",
    asker: { by: "terminal", session: null },
    background: false,
    process: thisProcess(),
    title: "Draw a cat",
    cwd: "/work/project",
    workTree: null,
    codex: { path: "/usr/bin/codex-native", launchedFrom: "/usr/bin/codex", version: "0.169.0" },
    codexHome: "/home/user/.codex",
    account: "api-key",
    asked: {
      model: null,
      effort: null,
      sandbox: "read-only",
      reason: null,
      ephemeral: false,
      timeoutSeconds: 600,
    },
    resumes: null,
    target: null,
    version: "0.1.0",
    ...own,
  };
}

export const ASKED: AskedText = { prompt: "Draw a cat\n", contract: null };

/** Returns what is known of a run at its end, with the given fields in place of its own. */
export function endDraft(own: Partial<EndDraft> = {}): EndDraft {
  return {
    at: "2026-01-02T03:05:05.678Z",
    seconds: 60,
    outcome: { kind: "succeeded" },
    server: "process",
    threadId: "0199a213-81c0-7800-8aa1-bbab2a035a53",
    turnIds: ["turn-1"],
    responseIds: ["resp_1"],
    model: "gpt-5.5-codex",
    modelProvider: "openai",
    effort: "medium",
    cliVersion: "0.169.0",
    sandbox: "read-only",
    rollouts: [],
    noRollout: "it was ephemeral",
    usage: { input: 1200, cachedInput: 1000, output: 34, reasoning: 5 },
    commands: [{ command: "git status", exitCode: 0 }],
    commandsLeftOut: 0,
    reportedChanges: [],
    workTree: null,
    changed: null,
    artifacts: [],
    checks: [],
    answer: "Done.",
    remarks: null,
    warnings: [],
    ...own,
  };
}

/** Puts on record that a run begins. */
export async function begin(locations: Locations, own: Partial<RunDraft> = {}): Promise<RunUnderWay> {
  const draft = runDraft(own);
  const name = await newRun(locations, new Date(draft.at));
  return await beginRun(locations, name, { draft, asked: ASKED }, new AbortController().signal);
}
