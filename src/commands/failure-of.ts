import { errorCode, errorText, isDiskFull } from "#base/fault.ts";
import { LockFault } from "#base/lock.ts";
import { oneLine } from "#base/text.ts";
import { CodexFault } from "#codex/fault.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { GitFault } from "#git/fault.ts";
import { StateFault } from "#runs/fault.ts";

/** The one place where what was thrown becomes a failure again. What nobody expected is our own mistake. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CodexFault || error instanceof GitFault)
    return fullDisk(error.failure) ?? error.failure;
  if (error instanceof LockFault || error instanceof StateFault) return error.failure;
  const detail = oneLine(errorText(error));
  if (isDiskFull(error)) return { kind: "disk-full", detail };
  if (STORAGE_CODES.includes(errorCode(error) ?? "")) return { kind: "state-unwritable", detail };
  return { kind: "bug", detail };
}

/** What a file system says when it will not take a record. */
const STORAGE_CODES = [
  "EROFS",
  "EACCES",
  "EPERM",
  "EIO",
  "EMFILE",
  "ENFILE",
  // A file where one of our folders should be.
  "ENOTDIR",
  "EEXIST",
  // A folder where one of our files should be.
  "EISDIR",
];

/** The words of strerror for ENOSPC and EDQUOT, and SQLite's, in which Codex keeps its threads. */
const FULL = /no space left on device|disk quota exceeded|database or disk is full/i;
/** Whose own machine is this one. A provider that speaks of a full disk means its own. */
const LOCAL: readonly Failure["kind"][] = ["git-failed", "server-start-failed", "server-died", "protocol"];

/** Programs of others tell of a full disk in words only. */
function fullDisk(failure: Failure): Failure | undefined {
  if (!LOCAL.includes(failure.kind) || !("detail" in failure) || !FULL.test(failure.detail)) return undefined;
  const who = "command" in failure ? failure.command : "method" in failure ? failure.method : "codex";
  return { kind: "disk-full", detail: `${who}: ${failure.detail}` };
}
