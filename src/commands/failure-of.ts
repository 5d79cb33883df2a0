import { errorCode, errorText } from "#base/fault.ts";
import { LockFault } from "#base/lock.ts";
import { oneLine } from "#base/text.ts";
import { CodexFault } from "#codex/fault.ts";
import type { Failure } from "#gate/failure.ts";
import { GitFault } from "#git/fault.ts";
import { StateFault } from "#runs/fault.ts";

/** The one place where what was thrown becomes a failure again. What nobody expected is our own mistake. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CodexFault || error instanceof GitFault) return error.failure;
  if (error instanceof LockFault || error instanceof StateFault) return error.failure;
  const code = errorCode(error);
  if (code !== undefined && STORAGE_CODES.includes(code)) {
    return { kind: "state-unwritable", detail: oneLine(errorText(error)) };
  }
  return { kind: "bug", detail: oneLine(errorText(error)) };
}

/** What a file system says when it will not take a record. */
const STORAGE_CODES = [
  "ENOSPC",
  "EDQUOT",
  "EROFS",
  "EACCES",
  "EPERM",
  "EIO",
  "EMFILE",
  "ENFILE",
  // A file where one of our folders should be.
  "ENOTDIR",
  "EEXIST",
];
