import type { CheckName } from "#audit/evidence/evidence.ts";
import type { LedgerTrouble } from "./ledger.ts";

/** What a check of the records found. `receipt` and `path` say where to look. */
export type RunFinding =
  | {
      readonly kind: "receipt-edited";
      readonly session: string;
      readonly receipt: string;
      readonly detail: string;
    }
  | { readonly kind: "receipt-missing"; readonly session: string; readonly n: number }
  | {
      readonly kind: "receipt-misplaced";
      readonly session: string;
      readonly receipt: string;
      readonly detail: string;
    }
  | {
      readonly kind: "receipt-unreadable";
      readonly session: string;
      readonly path: string;
      readonly detail: string;
    }
  | {
      readonly kind: "receipt-newer";
      readonly session: string;
      readonly path: string;
      readonly detail: string;
    }
  /** `at`: when (ISO 8601, UTC). `receipts`: how many are gone. */
  | {
      readonly kind: "chain-pruned";
      readonly session: string;
      readonly at: string;
      readonly receipts: number;
    }
  | { readonly kind: "receipt-unrecorded"; readonly session: string; readonly receipt: string }
  | {
      readonly kind: "chain-forked";
      readonly session: string;
      readonly n: number;
      readonly receipts: readonly string[];
    }
  | { readonly kind: "chain-unanchored"; readonly session: string }
  | {
      readonly kind: "session-unreadable";
      readonly session: string;
      readonly path: string;
      readonly detail: string;
    }
  | ({ readonly kind: "rollout-changed"; readonly thread: string } & OfRecord)
  | ({ readonly kind: "rollout-missing"; readonly thread: string } & OfRecord)
  | ({ readonly kind: "rollout-unsealed"; readonly thread: string } & OfRecord)
  | ({ readonly kind: "rollout-unchecked"; readonly detail: string } & OfRecord)
  /** A rollout holds bytes of which nothing could be made. */
  | ({ readonly kind: "rollout-damaged"; readonly thread: string; readonly detail: string } & OfRecord)
  /** `check`: which claim it is. */
  | ({ readonly kind: "claim-refuted"; readonly check: CheckName; readonly detail: string } & OfRecord)
  | ({ readonly kind: "claim-open"; readonly check: CheckName; readonly detail: string } & OfRecord)
  | { readonly kind: "run-edited"; readonly run: string; readonly detail: string }
  | { readonly kind: "run-unrecorded"; readonly run: string; readonly detail: string }
  | { readonly kind: "run-missing"; readonly run: string; readonly at: string }
  | {
      readonly kind: "run-unreadable";
      readonly run: string;
      readonly path: string;
      readonly detail: string;
    }
  | LedgerTrouble;
export type RunFindingKind = RunFinding["kind"];

/** Which record it is about. */
type OfRecord = { readonly session: string; readonly receipt: string } | { readonly run: string };
