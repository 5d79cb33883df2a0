import { expect, test } from "vitest";
import { LockFault } from "#base/lock.ts";
import { CodexFault } from "#codex/fault.ts";
import { failureOf } from "#commands/failure-of.ts";
import { GitFault } from "#git/fault.ts";
import { onState } from "#runs/fault.ts";

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: refused, write`), { code });
}

test.each([
  ["ENOSPC", "disk-full"],
  ["EDQUOT", "disk-full"],
  ["EROFS", "state-unwritable"],
  ["EACCES", "state-unwritable"],
  ["ENOTDIR", "state-unwritable"],
  ["EISDIR", "state-unwritable"],
])("%s is %s, wherever it came up", async (code, kind) => {
  const failure = { kind, detail: `${code}: refused, write` };
  expect(failureOf(systemError(code))).toEqual(failure);
  const onRecord = onState(() => Promise.reject(systemError(code)));
  await expect(onRecord).rejects.toMatchObject({ failure });
});

const FULL = "No space left on device (os error 28)";

test("what other programs say of a full disk of this machine is a full disk", () => {
  const git = {
    kind: "git-failed",
    command: "git write-tree",
    exitCode: 128,
    detail: `fatal: ${FULL}`,
  } as const;
  expect(failureOf(new GitFault(git))).toEqual({
    kind: "disk-full",
    detail: `git write-tree: fatal: ${FULL}`,
  });
  const start = { kind: "protocol", method: "thread/start", detail: FULL } as const;
  expect(failureOf(new CodexFault(start))).toEqual({ kind: "disk-full", detail: `thread/start: ${FULL}` });
  const server = { kind: "server-start-failed", detail: "database or disk is full" } as const;
  expect(failureOf(new CodexFault(server))).toEqual({
    kind: "disk-full",
    detail: "codex: database or disk is full",
  });
});

test("a provider that speaks of a full disk means its own", () => {
  const failure = { kind: "turn-failed", detail: FULL } as const;
  expect(failureOf(new CodexFault(failure))).toEqual(failure);
});

test("a fault is the failure that it carries, and anything else is a mistake of ours", () => {
  const held = { kind: "lock-held", path: "/state/lock", by: 42 } as const;
  expect(failureOf(new LockFault(held))).toBe(held);
  expect(failureOf(new TypeError("x is\nnot a function"))).toEqual({
    kind: "bug",
    detail: "x is not a function",
  });
  expect(failureOf("a word")).toEqual({ kind: "bug", detail: "a word" });
});
