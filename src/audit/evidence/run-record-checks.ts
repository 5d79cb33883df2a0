import type { LedgerEntry } from "#audit/records/ledger.ts";
import type { StoredRun } from "#runs/records/run-files.ts";
import type { RunEnded } from "#runs/records/run-record.ts";
import { fails, holds, type RecordCheck, silent, unknown } from "./evidence.ts";

/** What lies beside a run's record: the digests of what was asked; null where the file is gone. */
export type AskedFiles = { readonly prompt: string | null; readonly contract: string | null };

/** A clock can be set back by this much between a run's id and its record. */
const SLACK_MS = 5_000;

/** Says whether the files of a run are those that its ledger has, and belong together. */
export function runRecordChecks(
  run: StoredRun,
  entries: readonly LedgerEntry[],
  asked: AskedFiles,
): readonly RecordCheck[] {
  const parts = [partCheck(run, entries, "begun"), partCheck(run, entries, "ended")];
  const misfit = misfitOf(run);
  return [
    misfit === undefined ? worstOf(parts.flat()) : fails("record", misfit),
    ...wordsCheck("the prompt", run.begun.promptDigest, asked.prompt),
    ...wordsCheck("the contract", run.begun.contractDigest, asked.contract),
  ];
}

/** What is wrong, else what is open, else that all holds. */
function worstOf(checks: readonly RecordCheck[]): RecordCheck {
  const wrong = checks.find(({ result }) => result === "fails");
  const open = checks.find(({ result }) => result === "unknown");
  return wrong ?? open ?? holds("record", "as the ledger of runs has it");
}

/** Why the parts of a record do not belong to each other, or to their place. */
function misfitOf({ name, begun, ended, digests }: StoredRun): string | undefined {
  if (begun.id !== name.id) return `its beginning says that it is ${begun.id}`;
  const [date, time] = [name.id.slice(0, 8), name.id.slice(9, 18)];
  const named = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}.${time.slice(6)}Z`;
  if (Date.parse(begun.at) < Date.parse(named) - SLACK_MS)
    return `it began at ${begun.at}, before its id was given`;
  if (ended === undefined) return undefined;
  if (ended.id !== name.id) return `its end says that it is ${ended.id}`;
  if (ended.begun !== digests.begun) return "its end is that of another beginning";
  if (ended.at < begun.at) return "it ended before it began";
  return isTooFree(begun.asked.sandbox, ended)
    ? `it succeeded with ${ended.sandbox}, and ${begun.asked.sandbox} was asked for`
    : undefined;
}

/** From the smallest on. */
const BY_SIZE: readonly string[] = ["read-only", "workspace-write", "danger-full-access"];

/** No run of ours succeeds with more rights than it asked for. */
function isTooFree(asked: string, { outcome, sandbox }: RunEnded): boolean {
  return outcome.kind === "succeeded" && BY_SIZE.indexOf(sandbox ?? "") > BY_SIZE.indexOf(asked);
}

/** The ledger has one line for each of both files. */
function partCheck(
  { begun, ended, digests }: StoredRun,
  entries: readonly LedgerEntry[],
  part: "begun" | "ended",
): readonly RecordCheck[] {
  const file = `${part}.json`;
  const lines = entries.filter((entry) => entry.part === part);
  const [line] = lines;
  const stored = part === "begun" ? begun : ended;
  if (stored === undefined) {
    return line === undefined ? [] : [fails("record", `the ledger has its ${file}, and it is gone`)];
  }
  if (line === undefined) return [unknown("record", `the ledger has no line of its ${file}`)];
  if (lines.length > 1) return [fails("record", `the ledger has ${lines.length} lines of its ${file}`)];
  if (line.digest !== digests[part]) return [fails("record", `${file} is not the one that the ledger has`)];
  if (line.at !== stored.at) return [fails("record", `the ledger has its ${file} at ${line.at}`)];
  return line.doubt === undefined ? [] : [unknown("record", line.doubt)];
}

/** Without them the digest still says what was asked. */
function wordsCheck(what: string, digest: string | null, found: string | null): readonly RecordCheck[] {
  if (digest === null) {
    return found === null
      ? []
      : [fails("words", `${what} lies there, and the record says that there was none`)];
  }
  if (found === null) return [silent("words", `${what} is kept no more`)];
  return [digest === found ? holds("words", what) : fails("words", `${what} that lies there is another`)];
}
