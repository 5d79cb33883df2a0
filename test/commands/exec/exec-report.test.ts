import { expect, test } from "vitest";
import type { ExecEnd } from "#codex/exec/codex-exec.ts";
import { type ExecSeen, NOTHING_SEEN } from "#codex/exec/exec-seen.ts";
import type { TurnFacts } from "#codex/rollout/turn-facts.ts";
import { execReport } from "#commands/exec/exec-report.ts";
import { errorInfo } from "#commands/exec/record/exec-evidence.ts";
import { sandboxCheck } from "#commands/exec/sandbox-check.ts";

const TURN: TurnFacts = {
  id: "t",
  startedAt: undefined,
  completedAt: undefined,
  firstAt: undefined,
  lastAt: undefined,
  cwd: undefined,
  model: undefined,
  effort: undefined,
  sandboxPolicy: undefined,
  sandbox: { kind: "unknown" },
  prompts: [],
  answer: undefined,
  responseIds: [],
  usage: undefined,
  commands: [],
  leftOut: 0,
  toolCalls: 0,
  review: undefined,
  childTurnIds: [],
  end: { kind: "completed" },
  inherited: false,
};

function report(
  end: ExecEnd,
  more: { readonly seen?: Partial<ExecSeen>; readonly turn?: Partial<TurnFacts> } = {},
) {
  const run = { seen: { ...NOTHING_SEEN, ...more.seen }, end, words: "" };
  const evidence = {
    seal: undefined,
    facts: undefined,
    turn: more.turn && { ...TURN, ...more.turn },
    none: null,
  };
  return execReport(run, evidence, ["shell"]);
}

test.each([
  [{ kind: "deadline", seconds: 5, trouble: undefined }, "timeout", "it was ended after 5 s"],
  [
    { kind: "deadline", seconds: 5, trouble: { kind: "rate-limit", detail: "429", retryAt: undefined } },
    "rate_limit",
    "429 (so it was until it was ended after 5 s)",
  ],
  [{ kind: "cancelled", detail: "ended by SIGTERM" }, "cancelled", "ended by SIGTERM"],
  [{ kind: "killed", signal: "SIGKILL" }, "killed", "codex was ended by SIGKILL, not by us"],
  [{ kind: "incomplete", detail: "exit 1" }, "turn_incomplete", "codex told no end of its turn: exit 1"],
  [{ kind: "refused", detail: "exit 2" }, "codex_unusable", "codex began no thread: exit 2"],
  [{ kind: "not-started", detail: "ENOENT" }, "spawn_failed", "ENOENT"],
  [
    { kind: "failed", failure: { kind: "usage-limit", detail: "x", resetsAt: undefined } },
    "usage_limit",
    "x",
  ],
] satisfies readonly (readonly [ExecEnd, string, string])[])(
  "%j is a failure of its kind",
  (end, kind, detail) => {
    expect(report(end).end).toMatchObject({ kind: "failed", failure: { kind, detail } });
  },
);

test("when a limit is reset is told", () => {
  const end: ExecEnd = { kind: "failed", failure: { kind: "usage-limit", detail: "x", resetsAt: 1_000 } };
  expect(report(end).end).toMatchObject({ failure: { until: "1970-01-01T00:00:01.000Z" } });
});

test("the file of the thread names a failure that the events do not", () => {
  const end: ExecEnd = {
    kind: "failed",
    failure: { kind: "turn-failed", detail: "The model x does not exist" },
  };
  const failed = (reason: unknown): Partial<TurnFacts> => ({
    end: { kind: "failed", detail: "The model x does not exist", reason },
  });
  expect(report(end, { turn: failed("model_not_found") }).end).toMatchObject({
    failure: { kind: "model_not_found" },
  });
  expect(report(end, { turn: failed(undefined) }).end).toMatchObject({ failure: { kind: "turn_failed" } });
  const status = { http_connection_failed: { http_status_code: 401 } };
  expect(report(end, { turn: failed(status) }).end).toMatchObject({ failure: { kind: "not_signed_in" } });
  expect(errorInfo(status)).toEqual({ httpConnectionFailed: { httpStatusCode: 401 } });
});

const COMMAND = { id: "a", command: "ls", exitCode: 1, state: "failed", sandboxFailed: true, over: true };

test("only where every command failed for its sandbox nothing could be done", () => {
  const done: ExecEnd = { kind: "completed" };
  const seen = { commands: [COMMAND, COMMAND] };
  expect(report(done, { seen }).end).toMatchObject({ failure: { kind: "sandbox_unusable" } });
  const mixed = { commands: [COMMAND, { ...COMMAND, sandboxFailed: false }] };
  expect(report(done, { seen: mixed }).end).toEqual({ kind: "completed" });
});

test("every use of a tool is told with how it ended, and a call that no event tells is one too", () => {
  const done: ExecEnd = { kind: "completed" };
  const tool = { id: "t", name: "mcp:s", state: "failed", over: true };
  const edit = { id: "e", paths: ["/a"], state: "completed", over: true };
  const seen = {
    commands: [{ ...COMMAND, exitCode: undefined, over: false }],
    edits: [edit, { ...edit, id: "f", over: false }],
    tools: [tool, { ...tool, id: "u", name: "web", state: "" }],
  };
  expect(report(done, { seen }).uses).toEqual([
    { tool: "shell", state: "unfinished" },
    { tool: "edit", state: "done" },
    { tool: "edit", state: "unfinished" },
    { tool: "mcp:s", state: "failed" },
    { tool: "web", state: "done" },
  ]);
  expect(report(done, { turn: { toolCalls: 2 } }).uses).toEqual([{ tool: "shell", state: "failed" }]);
  expect(report(done, { turn: { toolCalls: 0 } }).uses).toEqual([]);
});

test("only a completed turn has an answer", () => {
  expect(report({ kind: "completed" }, { seen: { turn: "completed", message: "Done." } }).answer).toBe(
    "Done.",
  );
  const killed: ExecEnd = { kind: "killed", signal: "SIGKILL" };
  expect(report(killed, { seen: { turn: "started", message: "Done." } }).answer).toBeUndefined();
});

test.each([
  ["read-only", "read-only", true],
  ["workspace-write", "read-only", true],
  ["read-only", "workspace-write", false],
  ["workspace-write", "danger-full-access", false],
  ["workspace-write", "external-sandbox", false],
] as const)("asked for %s, %s on record: %s", (asked, used, holds) => {
  const { checks, failure } = sandboxCheck(asked, { ...TURN, sandboxPolicy: used });
  expect([checks.map((check) => check.holds), failure?.kind]).toEqual([
    [holds],
    holds ? undefined : "sandbox_unusable",
  ]);
});

test("what no file says of the sandbox is not checked", () => {
  expect(sandboxCheck("read-only", TURN)).toEqual({ checks: [], failure: undefined });
});
