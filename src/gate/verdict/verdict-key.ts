import * as z from "zod/mini";
import { digestOf } from "#base/digest.ts";
import type { Config } from "#gate/config.ts";
import { INSTRUCTIONS_DIGEST, PROMPT_VERSION } from "#gate/prompt/instructions.ts";
import type { Coverage } from "#gate/scope/coverage.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";

/** Names what a verdict is about. It becomes a file name: 64 hex digits and nothing else. */
export const VerdictKey = z
  .string()
  .check(z.regex(/^[0-9a-f]{64}$/))
  .brand<"VerdictKey">();
export type VerdictKey = z.output<typeof VerdictKey>;

/** Everything that a verdict belongs to. */
export type VerdictSubject = {
  readonly baseline: Content;
  readonly snapshot: Content;
  /** Which files with which blobs are shown, whole or in part, and which are not and why. */
  readonly coverage: Coverage;
  /** Who reviews, and how hard: a digest of what decides the model, and the effort. */
  readonly reviewer: string;
  readonly instructions: Config["instructions"];
};

/** A snapshot as far as it is content: a commit, and a change of the hiding rules, change no file. */
type Content = Pick<Snapshot, "tree" | "opaque">;

/**
 * Returns the key under which a verdict is kept: equal subjects, equal key, in every session.
 *
 * Patch text has no part in it: git words one change in several ways. Neither has what is judged
 * anew each time a verdict is used (`blockSeverity`, and what a person or a cap has settled), nor
 * limits such as `maxDiffBytes` and `exclude`, which count by what they leave in the coverage.
 */
export function verdictKey(subject: VerdictSubject): VerdictKey {
  const { baseline, snapshot, coverage, reviewer, instructions } = subject;
  const digest = digestOf({
    baseline: contentOf(baseline),
    snapshot: contentOf(snapshot),
    coverage,
    reviewer,
    instructions,
    promptVersion: PROMPT_VERSION,
    instructionsDigest: INSTRUCTIONS_DIGEST,
  });
  return z.parse(VerdictKey, digest);
}

function contentOf({ tree, opaque }: Content): Content {
  return { tree, opaque };
}
