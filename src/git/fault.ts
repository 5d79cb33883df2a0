import { Fault } from "#base/fault.ts";

/** Every way in which asking git can go wrong. `detail` is git's own words, one line. */
export type GitFailure =
  | { readonly kind: "git-missing" }
  | {
      readonly kind: "git-failed";
      readonly command: string;
      readonly exitCode: number;
      readonly detail: string;
    }
  | { readonly kind: "git-timed-out"; readonly command: string };

export class GitFault extends Fault<GitFailure> {
  override readonly name = "GitFault";
}

/** Returns whether git ran and said no: of a comparison, mostly that an object is missing. */
export function isGitFailed(error: unknown): error is GitFault {
  return error instanceof GitFault && error.failure.kind === "git-failed";
}
