import type { CommitLine } from "#audit/plugins/plugin-facts.ts";
import type { Subject } from "./subject.ts";

/** What is to be said of an installation beside what its marketplace offers. */
export type OfferFindings = {
  /** `commits`: those that the install lacks, the newest first; null where the history is cut. */
  readonly "marketplace-ahead": Subject & Offer & { readonly commits: readonly CommitLine[] | null };
  readonly "install-ahead": Subject & Offer & { readonly proof: "commits" | "versions" };
  readonly "same-version-other-content": Subject & Offer & { readonly commits: readonly CommitLine[] | null };
  /** `recorded` is the record's word, `proved` what the files are. */
  readonly "pin-ignored": Subject & {
    readonly pin: string;
    readonly recorded: string | null;
    readonly proved: string | null;
  };
};

/** What is installed and what is offered, as far as either is known. */
type Offer = {
  readonly path: string;
  readonly installed: string | null;
  readonly installedCommit: string | null;
  readonly offered: string | null;
  readonly offeredCommit: string | null;
};
