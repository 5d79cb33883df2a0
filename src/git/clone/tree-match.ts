import type { ObjectId } from "#base/ids.ts";

/** Where in a clone's history a tree was found. */
export type TreeMatch =
  | {
      readonly kind: "found";
      /** HEAD where it holds the tree, else the commit that is claimed to, else the newest that does. */
      readonly commit: ObjectId;
      /** When it was committed (ISO 8601, UTC). */
      readonly committedAt: string;
      readonly isHead: boolean;
      /** Where the folder lies in that commit: elsewhere than asked for where it was moved. */
      readonly path: string;
      /** In how many commits the folder became this very tree; null where no history had to be looked through. */
      readonly times: number | null;
      /**
       * Not the bytes themselves, but what a checkout and a copy make of them: other line ends or an expanded
       * `$Id$` (gitattributes(5)), files in the place of links, no files of the names that are left out.
       */
      readonly filtered: boolean;
    }
  /** `whole`: all of the history was there to look at. `commits`: so many were looked at. */
  | { readonly kind: "not-found"; readonly whole: boolean; readonly commits: number }
  /** `undecided`: what is not here of the history could explain them. */
  | { readonly kind: "not-searched"; readonly why: string; readonly undecided?: true };
