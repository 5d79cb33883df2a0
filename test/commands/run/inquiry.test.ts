import { expect, test } from "vitest";
import { inquiry } from "#commands/run/inquiry.ts";
import { runFailure } from "#commands/run/run-failure-of.ts";
import { GitFault } from "#git/fault.ts";
import { ONE_OF_EACH } from "#test/failure-values.ts";

test("what cannot be had is a warning that says what and why, and the rest goes on", async () => {
  const { warnings, orWarn } = inquiry();
  const slow = Promise.reject(new GitFault({ kind: "git-timed-out", command: "git diff-tree" }));
  expect(await orWarn("the tree", Promise.resolve(1), 0)).toBe(1);
  expect(await orWarn("what changed", slow, null)).toBe(null);
  const denied = Object.assign(new Error("EACCES: permission denied, open 'x'"), { code: "EACCES" });
  expect(await orWarn("the rollout", Promise.reject(denied), undefined)).toBe(undefined);
  expect(warnings).toEqual([
    "what changed: A git command took too long (git diff-tree)",
    "the rollout: EACCES: permission denied, open 'x'",
  ]);
});

test("no failure of a run speaks of a review where upstream has no words", () => {
  const mute = { ...ONE_OF_EACH, "turn-failed": { kind: "turn-failed", detail: "" } } as const;
  const dead = { kind: "server-died", detail: "" } as const;
  for (const failure of [...Object.values(mute), dead]) {
    expect(runFailure(failure).detail).not.toMatch(/\breview|\bstops?\b/i);
  }
  expect(runFailure(dead).detail).toBe("The Codex app-server ended meanwhile");
});
