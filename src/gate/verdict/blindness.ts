import type { AnswerFailure } from "#gate/failure/failure.ts";
import type { Reading } from "./reading.ts";

/** What a turn tells of the reviewer's eyes. */
export type Sight = {
  /** The folder that it worked in was there when it ended. */
  readonly rootExists: boolean;
  readonly commands: readonly {
    readonly exitCode: number | undefined;
    /** The sandbox itself failed, so that the command saw nothing. */
    readonly sandboxFailed: boolean;
  }[];
};

/**
 * Returns why a completed turn is no review: its folder is gone, or it ran commands and not one of
 * them could look. Exit code 1 is an answer (`grep` and `diff` say "none" with it), above is not.
 */
export function blindnessOf({ rootExists, commands }: Sight): AnswerFailure | undefined {
  if (!rootExists) return { kind: "reviewer-blind", detail: "the folder that it reviewed is gone" };
  const saw = commands.some(({ exitCode, sandboxFailed }) => !sandboxFailed && (exitCode ?? 2) < 2);
  if (commands.length === 0 || saw) return undefined;
  const codes = commands.map(({ exitCode }) => exitCode ?? "none").join(", ");
  return {
    kind: "reviewer-blind",
    detail: `each of its ${commands.length} commands failed (exit codes ${codes})`,
  };
}

/**
 * Returns why a whole conversation is no review: not one changed file was in a prompt, and the
 * reviewer opened none. What it says is then about something else, however well its commands ran.
 */
export function nothingSeen({ shown, opened }: Pick<Reading, "shown" | "opened">): AnswerFailure | undefined {
  if (shown.length + opened.length > 0) return undefined;
  return { kind: "reviewer-blind", detail: "no changed file was shown to it, and it opened none" };
}
