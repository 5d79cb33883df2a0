import type { CommitOrder } from "#audit/plugins/plugin-facts.ts";
import type { Subject } from "./subject.ts";

/** What is wrong between a record and the files that it stands for. */
export type RecordFindings = {
  readonly "false-record": Subject & {
    readonly path: string;
    readonly recorded: string;
    readonly proved: string;
    /** How the files' commit lies to the recorded one. */
    readonly direction: CommitOrder | null;
  };
  readonly "record-unproven": Subject & {
    readonly path: string;
    readonly recorded: string;
    readonly proved: string | null;
  };
  readonly "record-points-nowhere": Subject & { readonly path: string };
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

/** What one record says. */
export type RecordWord = {
  readonly scope: string;
  readonly projectPath: string | null;
  readonly path: string;
  readonly version: string | null;
  readonly commit: string | null;
};
