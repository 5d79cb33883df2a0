import type { SessionChange } from "#runs/sessions/session-file.ts";

/**
 * Returns what the user should know of a session's record that this version could not go on with; empty
 * where there is nothing. `next` says what became of it.
 */
export function recordNotices({ corrupt, newer }: SessionChange, next: string): readonly string[] {
  return [
    ...(corrupt === undefined
      ? []
      : [
          `this session's record could not be read and was set aside as ${corrupt.path}. The gate stays on; ${next}.`,
        ]),
    ...(newer === undefined
      ? []
      : [
          `this session's record is of a later version of Countersign (${newer.schema}) and was left as it is in ${newer.path}. The gate stays on with a record of its own; ${next}. Update the hooks that this host runs, then both are one again.`,
        ]),
  ];
}
