import * as z from "zod/mini";

/** `enforce` may hold a stop back, `advise` only says what it found, `off` does not look. */
export const Mode = z.enum(["enforce", "advise", "off"]);
export type Mode = z.output<typeof Mode>;
