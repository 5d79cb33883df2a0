/** The one word about a plugin: whether what is claimed and what is there are the same. */
export type Consistency =
  | { readonly kind: "in-sync" }
  /** Who is behind whom, and by how many commits that touch the plugin: null where the history is cut. */
  | {
      readonly kind: "behind";
      readonly who: "install" | "marketplace";
      readonly commits: number | null;
    }
  /** The bytes are not what is claimed, and who changed them is not known. */
  | { readonly kind: "drifted"; readonly why: Drift }
  /** The record names one commit or version, the bytes are another's. */
  | { readonly kind: "false-record" }
  | { readonly kind: "tampered" }
  | { readonly kind: "missing" }
  | { readonly kind: "not-loaded" }
  /** Two versions could be meant. */
  | { readonly kind: "ambiguous" }
  | { readonly kind: "unknown"; readonly why: Doubt };

type Drift =
  /** Nothing that is claimed explains the bytes. */
  | "unexplained"
  /** The version of the bytes is the one that is offered, and their content is not. */
  | "same-version"
  /** Files lie beside those of the commit. */
  | "files-added"
  /** The source is read as it is at each start, and it is no longer what was installed. */
  | "live-source";

export type Doubt =
  /** What a session loads cannot be foretold. */
  | "load-not-known"
  | "unreadable"
  /** Neither the recorded commit nor another one here has these bytes. */
  | "bytes-not-proven"
  /** The bytes are those that are offered; whether the record is true cannot be told, for its commit is not here. */
  | "record-not-proven"
  /** What the marketplace offers is not on this machine. */
  | "offer-not-here"
  /** All but by-products (caches, compiled files) is as committed. */
  | "by-products"
  /** No record or marketplace claims anything of it. */
  | "no-claim";
