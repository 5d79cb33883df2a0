import type { ObjectId } from "#base/ids.ts";

/** A folder's content, named as git would name it. Nothing is written anywhere. */
export type FolderTree =
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly path: string; readonly detail: string }
  /** More files or bytes than are looked at. */
  | { readonly kind: "too-large"; readonly files: number; readonly bytes: number }
  | {
      readonly kind: "read";
      readonly tree: ObjectId;
      readonly files: readonly FolderFile[];
      readonly bytes: number;
    };

export type FolderFile = {
  /** Relative, with `/`. */
  readonly path: string;
  readonly mode: "100644" | "100755" | "120000";
  readonly id: ObjectId;
  /** Last change of its content, in milliseconds since 1970. */
  readonly changedAt: number;
};
