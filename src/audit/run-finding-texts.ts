import type { RunFindingKind } from "./run-finding.ts";
import type { Weight } from "./verdict.ts";

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
    meaning: "Its digest is no longer the one that the next receipt, or the session's file, holds.",
    remedy:
      "Do not rely on it. Compare its thread with Codex's own file, and ask who wrote to the state root.",
  },
  "receipt-missing": {
    weight: "finding",
    title: "a receipt is missing from the chain",
    meaning: "Receipts are numbered without gaps, and this number was given out.",
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
    meaning: "The bytes that the receipt sealed are not the bytes that are there now.",
    remedy: "Do not rely on this review. Ask who wrote to CODEX_HOME.",
  },
  "rollout-missing": {
    weight: "finding",
    title: "Codex's own file of the thread is gone",
    meaning:
      "The receipt names a thread of which Codex has no file, neither among its sessions nor its archive.",
    remedy: "Check that CODEX_HOME is the one the review used. Otherwise take this review as unproven.",
  },
  "rollout-unsealed": {
    weight: "note",
    title: "the review holds no seal of Codex's file",
    meaning:
      "Codex had written no file for the thread when the receipt was made, so only the receipt speaks for it.",
    remedy: "Nothing. The review is plausible, not proven.",
  },
  "rollout-unchecked": {
    weight: "unchecked",
    title: "Codex's file of the thread could not be looked at",
    meaning: "Whether that review really happened is not known.",
    remedy: "Mend what the detail names, and verify again.",
  },
};
