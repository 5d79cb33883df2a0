import type { ObjectId } from "#base/ids.ts";

/** A clone that somebody else keeps, as it stands. Nothing is written to it, and nothing is fetched. */
export type CloneState =
  | { readonly kind: "none" }
  | { readonly kind: "broken"; readonly detail: string }
  | {
      readonly kind: "clone";
      readonly directory: string;
      /** Null where HEAD names no commit yet. */
      readonly head: ObjectId | null;
      readonly branch: string | null;
      /** The remote-tracking branch of HEAD's branch, else of the remote's HEAD. */
      readonly tracking: { readonly name: string; readonly commit: ObjectId } | null;
      /** Commits of HEAD that tracking has not, and the other way round; null where a history is cut. */
      readonly ahead: number | null;
      readonly behind: number | null;
      /** When anything was last fetched or cloned (milliseconds since 1970), by the files' own times. */
      readonly fetchedAt: number | null;
      readonly shallow: boolean;
      /** Objects may be missing that its remote promised to give on demand (git-clone(1), `--filter`). */
      readonly partial: boolean;
      readonly objectFormat: "sha1" | "sha256";
      /** Paths of the work tree that are not as HEAD has them, files that git ignores among them; folders end in `/`. */
      readonly edited: readonly string[];
      /** Without password. */
      readonly remote: string | null;
    };
