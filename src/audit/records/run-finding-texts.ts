import type { Weight } from "#audit/verdict.ts";
import type { RunFindingKind } from "./run-finding.ts";

export type FindingInfo = {
  readonly weight: Weight;
  readonly title: string;
  /** What it means. */
  readonly meaning: string;
  /** What to do next. */
  readonly remedy: string;
};

/** Every kind of finding in plain words, and how much it weighs. A new kind does not compile without. */
export const RUN_FINDINGS: { readonly [K in RunFindingKind]: FindingInfo } = {
  "receipt-edited": {
    weight: "finding",
    title: "a receipt was changed after it was written",
    meaning:
      "Its digest is no longer the one that the next receipt, the session's file or the ledger of runs holds.",
    remedy:
      "Do not rely on it. Compare its thread with Codex's own file, and ask who wrote to the state root.",
  },
  "receipt-missing": {
    weight: "finding",
    title: "a receipt is missing from the chain",
    meaning:
      "Receipts are numbered without gaps, and this number was given out; or the ledger of runs has it, and no pruning is on record.",
    remedy: "Look for it in a backup. Without it nothing can be said about that stop.",
  },
  "receipt-misplaced": {
    weight: "finding",
    title: "a receipt does not belong where it lies",
    meaning:
      "Its file name and its content name different sessions, numbers or ids: it was copied or renamed.",
    remedy: "Do not rely on it. Remove it once you know where it came from.",
  },
  "receipt-unreadable": {
    weight: "finding",
    title: "a receipt cannot be read",
    meaning:
      "The file is damaged, or is not in the form that this version writes. Receipts are written whole or not at all.",
    remedy: "Open the file. Restore it from a backup, or take that stop as unproven.",
  },
  "receipt-newer": {
    weight: "unchecked",
    title: "a receipt was written by a later version",
    meaning: "This version cannot read it. The receipts before and after it are still linked through it.",
    remedy: "Update Countersign, and verify again.",
  },
  "chain-pruned": {
    weight: "note",
    title: "receipts of this session were pruned",
    meaning:
      "They were old, and that they would go was put on record. A part that is still there was left by a pruning that was cut short.",
    remedy: "Nothing: the next `countersign prune` takes the rest.",
  },
  "receipt-unrecorded": {
    weight: "note",
    title: "the session's file does not know its last receipt yet",
    meaning: "The writer ended between the two files. The next receipt goes on after it.",
    remedy: "Nothing: the next stop of the session mends it.",
  },
  "chain-forked": {
    weight: "finding",
    title: "two receipts have the same number",
    meaning:
      "A session has one chain. A second receipt of one number was written by something else than the gate.",
    remedy: "Compare both with Codex's own files. At most one of them was linked by the next receipt.",
  },
  "chain-unanchored": {
    weight: "note",
    title: "no session file vouches for the end of this chain",
    meaning: "Links between receipts hold, but receipts cut off at its end would not be noticed.",
    remedy: "Nothing, where the session was pruned. Else ask who removed the session's file.",
  },
  "session-unreadable": {
    weight: "unchecked",
    title: "the session's file cannot be read",
    meaning:
      "The end of its chain cannot be checked. The gate stays on and starts a new file at the next stop.",
    remedy: "Open the file to see what became of it; it is set aside, never deleted.",
  },
  "rollout-changed": {
    weight: "finding",
    title: "Codex's own file of the thread was changed",
    meaning: "The bytes that the record sealed are not the bytes that are there now.",
    remedy: "Do not rely on this run. Ask who wrote to CODEX_HOME.",
  },
  "rollout-missing": {
    weight: "finding",
    title: "Codex's own file of the thread is gone",
    meaning:
      "The record names a thread of which Codex has no file, neither among its sessions nor its archive.",
    remedy: "Check that CODEX_HOME is the one the run used. Otherwise take this run as unproven.",
  },
  "rollout-unsealed": {
    weight: "note",
    title: "the record holds no seal of Codex's file",
    meaning:
      "Codex had written no file for the thread when the record was made, or was asked to keep none, so only the record speaks for it.",
    remedy: "Nothing. The run is plausible, not proven.",
  },
  "rollout-unchecked": {
    weight: "unchecked",
    title: "Codex's file of the thread could not be looked at",
    meaning: "Whether that run really happened is not known.",
    remedy: "Mend what the detail names, and verify again.",
  },
  "rollout-damaged": {
    weight: "unchecked",
    title: "a part of Codex's file of the thread cannot be read",
    meaning: "The sealed bytes hold lines that Codex does not write. What they said is not known.",
    remedy: "Open the file at the named byte. Take as unproven what is not said elsewhere in it.",
  },
  "claim-refuted": {
    weight: "finding",
    title: "a record is refuted",
    meaning:
      "Codex's own file, git, or what lies beside the record tells of another run, or tells it otherwise.",
    remedy: "Do not rely on this record. `countersign audit verify` with its id lists every check.",
  },
  "claim-open": {
    weight: "note",
    title: "a claim of a record could not be checked",
    meaning: "What would tell is missing, so that the record is less than proven.",
    remedy: "Nothing, where the detail names a reason that you know. Else look into that file.",
  },
  "run-edited": {
    weight: "finding",
    title: "a run's record is not the one that was written",
    meaning: "Its files differ from what the ledger of runs holds of them, or do not belong together.",
    remedy:
      "Do not rely on it. Compare its thread with Codex's own file, and ask who wrote to the state root.",
  },
  "run-unrecorded": {
    weight: "finding",
    title: "the ledger does not vouch for a run",
    meaning:
      "It has no line of one of the run's files, or the lines around it were edited. A writer that was killed leaves such a run, and the next run enters it.",
    remedy: "Start any run, and verify again. What is still said then was put there by something else.",
  },
  "run-missing": {
    weight: "finding",
    title: "a run's record is gone",
    meaning: "The ledger has it, and no pruning is on record.",
    remedy: "Look for it in a backup. Without it nothing can be said about that run.",
  },
  "run-unreadable": {
    weight: "finding",
    title: "a run's record cannot be read",
    meaning:
      "The file is damaged, or is not in the form that this version writes. Records are written whole or not at all.",
    remedy: "Open the file. Restore it from a backup, or take that run as unproven.",
  },
  "ledger-broken": {
    weight: "finding",
    title: "the ledger of runs was changed",
    meaning: "A line is not in its place, or the line before it is not the one that was written.",
    remedy:
      "Do not rely on the runs of these lines. Restore the ledger from a backup, or keep it as it is and look at those runs one by one.",
  },
  "ledger-unreadable": {
    weight: "finding",
    title: "a line of the ledger of runs cannot be read",
    meaning: "The line is damaged, or its writer died while it wrote. The next one goes on after it.",
    remedy: "Open the file at that line. A run that it was about is told as one without a line.",
  },
  "ledger-torn": {
    weight: "note",
    title: "the last line of the ledger of runs has no end",
    meaning: "Its writer died, or writes just now.",
    remedy: "Nothing: the next run goes on after it.",
  },
};
