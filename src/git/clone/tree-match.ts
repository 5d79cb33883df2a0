import type { ObjectId } from "#base/ids.ts";

/** Where in a clone's history a tree was found. */
export type TreeMatch =
  | {
      readonly kind: "found";
      /** The newest commit in which the folder is exactly this tree, HEAD first where it is. */
      readonly commit: ObjectId;
      readonly committedAt: string;
      readonly isHead: boolean;
      /** In how many commits the folder was changed to this very tree. */
      readonly times: number;
      /** Not the bytes themselves, but what git makes of them by the clone's attributes (line ends, filters). */
      readonly filtered: boolean;
    }
  /** `whole`: all of the history was there to look at. */
  | { readonly kind: "not-found"; readonly whole: boolean; readonly commits: number }
  | { readonly kind: "not-searched"; readonly why: string };
