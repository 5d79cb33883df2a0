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
