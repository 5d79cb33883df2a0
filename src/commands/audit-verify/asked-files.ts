import type { AskedFiles } from "#audit/evidence/run-record-checks.ts";
import { sha256 } from "#base/digest.ts";
import { errorCode } from "#base/fault.ts";
import { readBytes } from "#base/files.ts";
import { contractFile, promptFile, type RunName } from "#runs/records/run-files.ts";

/** Returns the digests of what a run was asked, as it lies beside its record. */
export function askedFiles(name: RunName): AskedFiles {
  return { prompt: digestIfThere(promptFile(name)), contract: digestIfThere(contractFile(name)) };
}

/** What cannot be read is not the text that was written there. */
function digestIfThere(path: string): string | null {
  try {
    return sha256(readBytes(path));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    if (errorCode(error) !== undefined) return "unreadable";
    throw error;
  }
}
