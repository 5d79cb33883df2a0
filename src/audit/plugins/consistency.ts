/** The one word about a plugin: whether what is claimed and what is there are the same. */
export type Consistency =
  | { readonly kind: "in-sync" }
  /** `commits`: null where the history is cut. */
  | { readonly kind: "behind"; readonly commits: number | null }
  /** The bytes are not what is claimed, and who changed them is not known. */
  | { readonly kind: "drifted" }
  /** The record names one commit, the bytes are another's. */
  | { readonly kind: "false-record" }
  | { readonly kind: "tampered" }
  | { readonly kind: "missing" }
  | { readonly kind: "not-loaded" }
  /** Two versions could be meant. */
  | { readonly kind: "ambiguous" }
  | { readonly kind: "unknown" };
