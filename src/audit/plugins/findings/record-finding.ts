import type { CommitLine, CommitOrder } from "#audit/plugins/plugin-facts.ts";
import type { Subject } from "./subject.ts";

/** What is wrong between a record, the bytes that it stands for, and what the marketplace offers. */
export type RecordFindings = {
  /** `commits`: those that the install lacks, the newest first; null where the history is cut. */
  readonly "marketplace-ahead": Subject & Offer & { readonly commits: readonly CommitLine[] | null };
  readonly "install-ahead": Subject & Offer & { readonly proof: "commits" | "versions" };
  readonly "same-version-other-content": Subject & Offer & { readonly commits: readonly CommitLine[] | null };
  readonly "false-record": Subject & {
    readonly path: string;
    readonly recorded: string;
    readonly proved: string;
    /** How the bytes' commit lies to the recorded one. */
    readonly direction: CommitOrder | null;
  };
  readonly "record-unproven": Subject & {
    readonly path: string;
    readonly recorded: string;
    readonly proved: string | null;
  };
  /** `recorded` is the record's word, `proved` what the bytes are. */
  readonly "pin-ignored": Subject & {
    readonly pin: string;
    readonly recorded: string | null;
    readonly proved: string | null;
  };
  readonly "record-points-nowhere": Subject & { readonly path: string; readonly enabled: boolean };
  readonly "record-outside-cache": Subject & { readonly path: string };
  readonly "records-contradict": Subject & {
    readonly path: string;
    readonly records: readonly RecordWord[];
  };
  readonly "scope-shadowed": Subject & {
    readonly loaded: RecordWord;
    readonly shadowed: readonly RecordWord[];
  };
  readonly "unknown-version": Subject & { readonly path: string; readonly recorded: string | null };
};

/** What is installed and what is offered, as far as either is known. */
type Offer = {
  readonly path: string;
  readonly installed: string | null;
  readonly installedCommit: string | null;
  readonly offered: string | null;
  readonly offeredCommit: string | null;
};

/** What one record says. */
export type RecordWord = {
  readonly scope: string;
  readonly projectPath: string | null;
  readonly path: string;
  readonly version: string | null;
  readonly commit: string | null;
};
