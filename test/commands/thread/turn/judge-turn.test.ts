import { describe, expect, test } from "vitest";
import type { ThreadEvidence } from "#codex/thread/thread-evidence.ts";
import { type JudgedTurn, judgeTurn } from "#commands/thread/turn/judge-turn.ts";
import type { SeenCommand } from "#commands/thread/turn/seen-commands.ts";
import { turnValue } from "#test/evidence-values.ts";

const WORKED: SeenCommand = { command: "cat f", exitCode: 0, sandboxFailed: false, outsideSandbox: false };
const EVIDENCE: ThreadEvidence = {
  rollouts: [{ threadId: "t", seal: { path: "/r.jsonl", bytes: 1, sha256: "0".repeat(64) } }],
  cliVersion: "0.169.0",
  modelProvider: "openai",
  turn: turnValue({ sandboxPolicy: "read-only" }),
  reviewOutput: undefined,
};
const GOOD: JudgedTurn = {
  kind: "turn",
  asked: "read-only",
  needsLook: false,
  broken: undefined,
  commands: [],
  foreignTools: [],
  answer: "Done.",
  evidence: EVIDENCE,
  changed: [],
  unusable: undefined,
};

function kindOf(changes: Partial<JudgedTurn>): string {
  const { outcome } = judgeTurn({ ...GOOD, ...changes });
  return outcome.kind === "failed" ? outcome.failure.kind : outcome.kind;
}

function failing(changes: Partial<JudgedTurn>): readonly string[] {
  return judgeTurn({ ...GOOD, ...changes })
    .checks.filter(({ holds }) => !holds)
    .map(({ name }) => name);
}

describe("a turn has done what it was to do", () => {
  test("when it came to its end with a message", () => {
    expect(kindOf({})).toBe("succeeded");
    expect(failing({})).toEqual([]);
    expect(kindOf({ answer: undefined })).toBe("turn_incomplete");
    expect(kindOf({ answer: " \n" })).toBe("turn_incomplete");
    expect(kindOf({ broken: { kind: "timeout", detail: "after 3 s" } })).toBe("timeout");
  });

  test("when a review has looked at what it is about", () => {
    const review = { kind: "review", needsLook: true } as const;
    expect(kindOf({ ...review, commands: [WORKED] })).toBe("succeeded");
    expect(kindOf({ ...review, commands: [{ ...WORKED, exitCode: 1 }] })).toBe("succeeded");
    expect(kindOf({ ...review, foreignTools: ["docs/read"] })).toBe("succeeded");
    expect(kindOf(review)).toBe("no_tool_use");
    expect(kindOf({ ...review, commands: [{ ...WORKED, exitCode: 127 }] })).toBe("no_tool_use");
    expect(kindOf({ ...review, commands: [{ ...WORKED, exitCode: undefined }] })).toBe("no_tool_use");
    expect(failing(review)).toEqual(["looked-at-the-change"]);
  });

  test("when its answer can be used", () => {
    expect(kindOf({ unusable: { kind: "output_invalid", detail: "prose" } })).toBe("output_invalid");
  });

  test("when it ran with the rights that were asked for, and not without a sandbox", () => {
    const wide = { ...EVIDENCE, turn: turnValue({ sandboxPolicy: "workspace-write" }) };
    expect(kindOf({ evidence: wide })).toBe("sandbox_unusable");
    expect(failing({ evidence: wide })).toEqual(["sandbox"]);
    expect(kindOf({ commands: [{ ...WORKED, outsideSandbox: true }] })).toBe("sandbox_unusable");
    const blind = { ...WORKED, sandboxFailed: true };
    expect(kindOf({ commands: [blind, blind] })).toBe("sandbox_unusable");
    expect(kindOf({ commands: [blind, WORKED] })).toBe("succeeded");
  });
});

test("a work tree that changed under a run which may only read is flagged, and fails nothing", () => {
  const changed = [
    { path: "a.txt", old: null, new: null },
    { path: "b.txt", old: null, new: null },
  ];
  expect(kindOf({ changed })).toBe("succeeded");
  expect(failing({ changed })).toEqual(["work-tree-unchanged"]);
  expect(failing({ changed, asked: "workspace-write", evidence: { ...EVIDENCE, turn: undefined } })).toEqual(
    [],
  );
  const names = judgeTurn({ ...GOOD, changed: null }).checks.map(({ name }) => name);
  expect(names).not.toContain("work-tree-unchanged");
});

test("a thread without a rollout is told", () => {
  expect(failing({ evidence: { ...EVIDENCE, rollouts: [] } })).toEqual(["rollout"]);
});
