import { begunHere } from "#commands/run/begun-here.ts";
import type { CodexForRun } from "#commands/run/codex-for-run.ts";
import type { SeenTree } from "#commands/run/work-tree.ts";
import type { RunDraft } from "#runs/records/begin-run.ts";
import type { ReviewedTarget } from "#runs/records/run-record.ts";
import type { ThreadRequest } from "./thread-request.ts";

export type Begin = {
  readonly request: ThreadRequest;
  readonly codex: CodexForRun;
  readonly before: SeenTree;
  readonly now: Date;
};

/** Returns what is put on record of a run on a thread before anything of it is started. */
export function begunDraft({ request, codex, before, now }: Begin): RunDraft {
  const { kind, asker, background, cwd, model, effort, timeoutSeconds, resumes, target } = request;
  return {
    ...begunHere({ title: titleOf(request), codex, before }),
    kind,
    at: now.toISOString(),
    asker,
    background,
    cwd,
    asked: {
      model,
      effort,
      sandbox: request.write ? "workspace-write" : "read-only",
      reason: null,
      ephemeral: false,
      timeoutSeconds,
    },
    resumes,
    target,
  };
}

/** Returns in words what a review is about. */
export function targetText(target: ReviewedTarget): string {
  switch (target.kind) {
    case "uncommitted":
      return "the uncommitted changes";
    case "base":
      return `the changes since ${target.branch}`;
    case "commit":
      return `commit ${target.sha.slice(0, 12)}${target.title === null ? "" : ` (${target.title})`}`;
    case "custom":
      return target.instructions;
  }
}

function titleOf({ kind, prompt, target, focus }: ThreadRequest): string {
  if (target === null) return prompt;
  const what = kind === "review" ? "review of" : "challenge of";
  return `${what} ${targetText(target)}${focus === null ? "" : `, above all ${focus}`}`;
}
