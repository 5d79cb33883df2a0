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
  | {
      readonly kind: "rollout-changed";
      readonly session: string;
      readonly receipt: string;
      readonly thread: string;
    }
  | {
      readonly kind: "rollout-missing";
      readonly session: string;
      readonly receipt: string;
      readonly thread: string;
    }
  | {
      readonly kind: "rollout-unsealed";
      readonly session: string;
      readonly receipt: string;
      readonly thread: string;
    }
  | {
      readonly kind: "rollout-unchecked";
      readonly session: string;
      readonly receipt: string;
      readonly detail: string;
    };
export type RunFindingKind = RunFinding["kind"];
