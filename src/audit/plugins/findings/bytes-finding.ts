import type { Doubt } from "#audit/plugins/consistency.ts";
import type { Differences } from "#audit/plugins/plugin-facts.ts";
import type { ProofRemedy } from "#audit/plugins/proof-remedy.ts";
import type { Subject } from "./subject.ts";

/** What is wrong with the files of a plugin themselves. */
export type BytesFindings = {
  readonly "cache-edited": Subject & {
    readonly path: string;
    readonly against: string | null;
    readonly files: Differences["files"];
    /** The files that differ are younger than the rest. */
    readonly younger: boolean;
    /** So many commits were looked through in vain: all that there are. Null where the history is cut. */
    readonly searched: number | null;
  };
  readonly "files-added": Subject & {
    readonly path: string;
    readonly against: string;
    readonly files: Differences["files"];
    /** All of them are of kinds that running a plugin leaves: compiled files, installed packages. */
    readonly byProducts: boolean;
  };
  readonly "bytes-unexplained": Subject & {
    readonly path: string;
    readonly recorded: string | null;
    readonly files: Differences["files"] | null;
  };
  readonly "bytes-unproven": Subject & {
    readonly path: string;
    readonly why: string;
    readonly remedy: ProofRemedy;
  };
  /** Of a plugin of which nothing worse was found, and that nothing proves either. */
  readonly "nothing-to-compare": Subject & { readonly why: Doubt };
  readonly "bytes-unreadable": Subject & { readonly path: string; readonly detail: string };
  /** `folder`: the name of the cached folder. */
  readonly "manifest-version-differs": Subject & {
    readonly path: string;
    readonly manifest: string;
    readonly recorded: string | null;
    readonly folder: string | null;
  };
  readonly "entry-version-differs": Subject & { readonly entry: string; readonly manifest: string };
  readonly "manifest-broken": Subject & { readonly path: string; readonly detail: string };
  readonly "hooks-broken": Subject & { readonly path: string; readonly detail: string };
  readonly "path-escapes": Subject & { readonly path: string };
};
