import * as z from "zod/mini";

/** Why a stop was let through without a review. */
export const SkipReason = z.enum([
  "unchanged",
  "no-baseline",
  "no-vcs",
  "not-sent",
  "person-skipped",
  "nothing-to-show",
  "anothers",
  /** Its failures say that the reviewer cannot answer now. */
  "paused",
  /** What the user allows to be spent is spent. */
  "budget",
]);
export type SkipReason = z.output<typeof SkipReason>;

/** What happened at one Stop. */
export const Outcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("allowed"), partial: z.boolean() }),
  z.object({ kind: z.literal("blocked"), round: z.int(), of: z.int() }),
  /** The reviewer found blocking findings, and the configuration only advises. */
  z.object({ kind: z.literal("advised") }),
  z.object({ kind: z.literal("skipped"), why: SkipReason }),
  z.object({ kind: z.literal("deferred"), why: z.enum(["background-tasks"]) }),
  z.object({ kind: z.literal("capped"), why: z.enum(["rounds", "minutes"]) }),
  z.object({ kind: z.literal("unresolved") }),
  /** `class` is the failure's kind; `blocked` where `onFailure` asks for it, once a session and class. */
  z.object({ kind: z.literal("failed"), class: z.string(), detail: z.string(), blocked: z.boolean() }),
  z.object({ kind: z.literal("joined") }),
]);
export type Outcome = z.output<typeof Outcome>;
